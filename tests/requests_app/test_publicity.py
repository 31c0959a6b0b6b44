"""What is found in a text before it is shown to everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.publicity import Kind, Span, found, masked, pieces

LEADS_TO_A_PERSON = [
    ("请打13800138000。", "请打***********。"),
    ("138 0013 8000 或 138-0013-8000", "*********** 或 ***********"),
    ("１３８００１３８０００", "***********"),
    ("+86 13800138000", "***********"),
    ("8613800138000", "***********"),
    ("一三八零零一三八零零零", "***********"),
    ("座机0531-82950110", "座机***"),
    ("（0531）82950110", "***"),
    ("电话：82950110", "电话：***"),
    ("身份证370103195001010016", "身份证***"),
    ("身份证11010519491231002X", "身份证***"),
    ("邮箱 zhang.san@163.com 收", "邮箱 *** 收"),
    ("微信号：laowang", "微信号：***"),
    ("加微信lw531588", "加微信***"),
    ("vx：laowang888", "vx：***"),
    ("QQ 123456789", "QQ ***"),
    ("车牌鲁A12345", "车牌鲁*****"),
    ("鲁A·D12345堵着门", "鲁*****堵着门"),
    ("鲁AD12345", "鲁*****"),
    ("鲁a 8k021", "鲁*****"),
    ("车牌号A8K021", "车牌号*****"),
    ("九区3号楼2单元501漏水", "九区3号楼***漏水"),
    ("3-2-501漏水", "***漏水"),
    ("3号楼501室", "3号楼***"),
    ("3号楼501堆杂物", "3号楼***堆杂物"),
    ("501户装修", "***装修"),
    ("楼上602天天吵", "楼上***天天吵"),
    ("二单元五楼东户", "***"),
    ("2单元东户", "***"),
    ("三单元五零一", "***"),
    ("五楼西户养狗", "***养狗"),
    ("803的邻居", "***的邻居"),
    ("张阿姨说", "张**说"),
    ("谢谢李大爷", "谢谢李**"),
    ("向王主任反映", "向王**反映"),
    ("请刘师傅修", "请刘**修"),
    ("我叫王小明，住九区", "我叫王**，住九区"),
    ("我叫李明住九区", "我叫李**住九区"),
    ("我是张建国，退休", "我是张**，退休"),
    ("姓名：欧阳小红", "姓名：欧阳**"),
    ("诸葛先生", "诸葛**"),
    ("联系人:陈建国", "联系人:陈**"),
    ("网格员王小明来过", "网格员王**来过"),
    ("老伴王秀英", "老伴王**"),
    ("王小明 13800138000", "王** ***********"),
]

STAYS = [
    "打110、12345、120",
    "400-800-1234",
    "3号楼前，C区，2单元楼道灯不亮",
    "2024年11月25日8:30，2018-08-22",
    "王官庄，高峰时段，黄河路，高层",
    "共226户居民，近300户",
    "晚报大道548号，发改〔2016〕160号",
    "GB50156-2014",
    "网格员没来，书记来了，居委会主任不在",
    "保安师傅、保洁阿姨、班主任、任何老师",
    "居民周边、居民张贴、业主高度关注",
    "物业师傅修路，公路师傅",
    "消费者委员会、管委员会",
    "扫微信小程序，关注微信公众号",
    "花了1200元，晚上11点到6点，3-5天",
    "第301次",
    "一周内网格员每天回看，下周书记来，儿童主任上门",
    "有 300 户居民",
    "十区停水三天了",
    "周边都是白色垃圾",
    "沿着黄河跑步，谢谢你们解决问题",
    "物业经理不管，找了网格员，网格员说明天来",
]  # fmt: skip


@pytest.mark.parametrize(("told", "shown"), LEADS_TO_A_PERSON)
def test_masked_hides_what_leads_to_a_person(told: str, shown: str) -> None:
    assert masked(told) == shown


@pytest.mark.parametrize("told", STAYS)
def test_masked_leaves_what_leads_to_nobody(told: str) -> None:
    assert masked(told) == told


def test_masked_never_shows_the_end_of_a_phone() -> None:
    """Number and last four digits open the matter's own page."""
    assert "8000" not in masked("电话13800138000")


def test_found_says_where_and_what() -> None:
    assert found("找张阿姨，13800138000") == [
        Span(1, 4, Kind.NAME, "张**"),
        Span(5, 16, Kind.PHONE, "***********"),
    ]


def test_pieces_put_together_are_the_masked_text() -> None:
    told = "张阿姨家501室漏水"
    assert "".join(piece for piece, _span in pieces(told, found(told))) == masked(told)


_PARTS = st.sampled_from(
    [*"13800138000", *"张王欧阳某*室户单元楼栋号微信我叫姓名：鲁A·-@. １", "13800138000", "阿姨", "联系人"]
)


@given(st.one_of(st.text(max_size=80), st.lists(_PARTS, max_size=40).map("".join)))
def test_masked_twice_is_masked_once(told: str) -> None:
    once = masked(told)
    assert masked(once) == once
    assert not found(once)


@given(st.text(max_size=80))
def test_found_spans_lie_in_order_inside_the_text(told: str) -> None:
    edges = [edge for span in found(told) for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(told) for edge in edges)


def test_masked_is_quick_with_the_longest_text() -> None:
    """Twenty thousand characters that begin like an address and a name again and again."""
    assert masked("a1-王张" * 4_000).count("王") <= 4_000


@given(st.text(alphabet="张王李3-2501单元号楼室138网格员微信 ，。", max_size=60))
def test_pieces_without_masks_are_the_text_itself(text: str) -> None:
    spans = found(text)
    whole = "".join(text[span.start : span.end] if span else piece for piece, span in pieces(text, spans))
    assert whole == text
