"""What leads to a person is found in what people really write; what leads to nobody stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.publicity import found, masked, pieces

HIDDEN = [
    ("请打 13812348000", "13812348000"),
    ("电话138 1234 8000", "138 1234 8000"),
    ("手机:１３８１２３４８０００", "１３８１２３４８０００"),
    ("+86 13812348000", "13812348000"),
    ("座机 0531-82345678", "82345678"),
    ("身份证 370103198001011234", "370103198001011234"),
    ("邮箱 zhang.san@example.org", "zhang.san@example.org"),
    ("加我微信 zhangsan_88", "zhangsan_88"),
    ("QQ：123456789", "123456789"),
    ("鲁A12345 占了消防通道", "12345"),
    ("鲁AD12345 新能源车", "D12345"),
    ("鲁A·7B8C9 天天停", "7B8C9"),
    ("九区3号楼2单元501", "2单元501"),
    ("住 3-2-501", "3-2-501"),
    ("501室漏水", "501"),
    ("二单元五楼东户", "东户"),
    ("我叫张三丰", "张三丰"),
    ("联系人：李四", "李四"),
    ("张阿姨家", "张阿姨"),
    ("王建国师傅", "王建国"),
    ("欧阳小红女士", "欧阳小红"),
    ("网格员李娜态度好", "李娜"),
]

SHOWN = [
    "请拨打 110 或 12345",
    "王官庄街道九区社区",
    "九区 3 号楼楼道灯不亮",
    "2024 年装的电梯",
    "早晚高峰堵车",
    "沿着黄河跑步",
    "有 300 户居民",
    "十区停水三天了",
    "周边都是白色垃圾",
    "物业经理不管",
    "社区书记来看过",
    "找了网格员，网格员说明天来",
    "谢谢你们解决问题",
]


@pytest.mark.parametrize(("text", "secret"), HIDDEN)
def test_what_leads_to_a_person_is_hidden(text: str, secret: str) -> None:
    assert secret not in masked(text)


@pytest.mark.parametrize("text", SHOWN)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert masked(text) == text


def test_the_rest_of_a_sentence_stays() -> None:
    assert masked("联系人张三丰，楼道灯不亮。") == "联系人张**，楼道灯不亮。"


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.text(alphabet="张王李3-2501单元号楼室138网格员微信 ，。", max_size=60))
def test_pieces_without_masks_are_the_text_itself(text: str) -> None:
    spans = found(text)
    whole = "".join(text[span.start : span.end] if span else piece for piece, span in pieces(text, spans))
    assert whole == text
