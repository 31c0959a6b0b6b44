"""What of a matter may be shown to everybody: its words without those that lead to a person.

Patterns alone, no dictionary and no model: a page of text takes milliseconds. They find what
people write in practice, not everything there is (a name that nothing announces stays), so a
person reads every text before it is released (docs/decisions/0014).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What leads to a person."""

    PHONE = "phone"
    CARD = "card"
    EMAIL = "email"
    CHAT = "chat"
    PLATE = "plate"
    DOOR = "door"
    NAME = "name"


@dataclass(frozen=True, order=True)
class Span:
    """`text[start:end]` leads to a person; `shown` may stand there instead."""

    start: int
    end: int
    kind: Kind
    shown: str


def masked(text: str) -> str:
    """`text` without what `found` finds; masking it once more changes nothing."""
    # Each replacement leaves fewer characters that are no stars, so this comes to an end.
    while spans := found(text):
        text = "".join(piece for piece, _span in pieces(text, spans))
    return text


def found(text: str) -> list[Span]:
    """What leads to a person, in the order of the text, without overlaps: the earliest, then the longest."""
    plain = text.translate(_TO_HALF_WIDTH)
    spans: list[Span] = []
    for span in sorted(_candidates(plain), key=lambda span: (span.start, -span.end)):
        if not spans or spans[-1].end <= span.start:
            spans.append(span)
    return spans


def pieces(text: str, spans: list[Span]) -> Iterator[tuple[str, Span | None]]:
    """The masked text in pieces: plain words with None, a mask with the span it stands for."""
    at = 0
    for span in spans:
        if at < span.start:
            yield text[at : span.start], None
        yield span.shown, span
        at = span.end
    if at < len(text):
        yield text[at:], None


# Characters of double width, one for one, so that places in the text stay what they are.
_TO_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def _candidates(plain: str) -> Iterator[Span]:
    for kind, pattern, shown in _PATTERNS:
        for match in pattern.finditer(plain):
            start, end = match.span("it")
            yield Span(start, end, kind, shown.format(match["it"]))
    for pattern in _DOORS:
        for match in pattern.finditer(plain):
            if _is_door(match):
                yield Span(*match.span("it"), Kind.DOOR, "***")
    for match in _NAMES.finditer(plain):
        if match.lastgroup and not _is_masked(match):
            start, end = match.span(match.lastgroup)
            yield Span(start, end, Kind.NAME, _family(match[match.lastgroup]) + "**")


# --- numbers that reach a person -----------------------------------------------------------
_GAP = r"[ \-.·]?"
_SAYS = r"[\s:号码是为]{0,4}"
# A phone's end and a matter's number open the matter's own page, so neither end is shown.
_PATTERNS = [
    (kind, re.compile(pattern, re.ASCII | re.IGNORECASE), shown)
    for kind, pattern, shown in (
        (Kind.CARD, r"(?<!\d)(?P<it>\d{6} ?\d{8} ?\d{3}[\dx]|\d{15,19})(?![\da-z])", "***"),
        (Kind.PHONE, rf"(?<!\d)(?P<it>(?:\+?(?:00)?86{_GAP})?1[3-9](?:{_GAP}\d){{9}})(?!\d)", "***********"),
        (Kind.PHONE, r"(?P<it>[一幺壹][三四五六七八九](?: ?[零〇一二三四五六七八九幺]){9})", "***********"),
        (Kind.PHONE, r"(?<!\d)(?P<it>(?:\(0\d{2,3}\)|0\d{2,3})[ \-]?[2-9]\d{6,7}(?:[\-转]\d{1,5})?)(?!\d)", "***"),
        (Kind.PHONE, rf"(?:电话|座机|手机|联系方式|拨打|致电|tel){_SAYS}(?P<it>[2-9]\d{{2,3}}[ \-]?\d{{4}})(?!\d)", "***"),
        (Kind.EMAIL, r"(?<![\w.%+\-])(?P<it>[\w.%+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63})+)", "***"),
        (Kind.CHAT, rf"(?:qq|扣扣|企鹅号)(?:群)?{_SAYS}(?P<it>[1-9]\d{{4,11}})(?!\d)", "***"),
        (
            Kind.CHAT,
            r"(?:(?:微信|薇信|微 信|wechat|weixin|v信)(?:号码?|id)?|(?<![a-z])[vw]x)[\s:是为]{0,3}"
            r"(?P<it>(?=[a-z_\-]*\d)[a-z0-9_\-]{5,20})",
            "***",
        ),
        (
            Kind.CHAT,
            r"(?:(?:微信|薇信)(?:号码?|id|名)|(?:微信|(?<![a-z])[vw]x)[\s]?[:是])[\s:是为]{0,3}"
            r"(?P<it>[a-z][a-z0-9_\-]{4,19})",
            "***",
        ),
        (
            Kind.PLATE,
            r"(?P<it>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z][ ·.•\-]?"
            r"(?=[a-z]{0,5}\d)(?:[a-hj-np-z0-9][ ]?){4}(?:[a-hj-np-z0-9]{1,2}|[挂学警港澳]))(?![a-z0-9])",
            "{0[0]}*****",
        ),
        (Kind.PLATE, rf"车牌{_SAYS}(?P<it>(?=[a-z]{{0,5}}\d)[a-hj-np-z0-9]{{5,7}})(?![a-z0-9])", "*****"),
    )
]  # fmt: skip

# --- doors below the building --------------------------------------------------------------
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_SIDE = r"[东西南北中左右](?:边|侧|首|手|面)?"
_NO_COUNT = r"(?![\d米元人个年月平名多余块次斤吨度辆棵瓦伏分栋片户家路万千百亿份件毫公]|天(?!天))"
_DOORS = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        # 2单元501, 二单元五楼东户, 2单元东户, 2单元5楼
        rf"(?P<it>{_N} ?单元[ ,\-]?(?:{_N} ?[楼层])(?: ?{_SIDE} ?(?:户|门|家)?| ?\d{{3,4}}(?:室|户|房)?)?)",
        rf"(?P<it>{_N} ?单元[ ,\-]?(?:(?P<digits>\d{{3,4}})(?:室|户|号房?|房)?(?!\d)|{_SIDE} ?户))",
        rf"(?P<it>{_N} ?单元[ ,\-]?[一二三四五六七八九十]{{1,3}}?[零〇][一二三四五六七八九](?:室|户|号)?)",
        # 3-2-501, 3-501室, 3号楼501, 3#501
        r"(?<![\d\-])(?P<it>\d{1,3}-\d{1,2}-\d{3,4}(?:室|户)?)(?![\d\-])",
        r"(?<![\d\-])(?P<it>\d{1,2}-\d{3,4} ?(?:室|户))",
        rf"(?:号楼|[栋幢座#])[ \-]?(?P<it>(?P<digits>\d{{3,4}}) ?(?:室|户|房|号)?)(?!\d){_NO_COUNT}",
        # 501室, 501户, the neighbour of 501
        r"(?<![\d第\-])(?P<it>\d{3,4} ?(?:室|号房|房间))",
        r"(?<![\d第共近约有计达余多中超过总仅只\-])(?P<it>(?P<digits>\d{3,4}) ?户)(?!数|居民|家庭|村民|业主|人家)",
        r"(?<![\d第共近约有计达余多中超过总仅只\-])(?P<it>(?P<digits>\d{3,4}))(?=的?(?:业主|住户|邻居|那家|那户|租户|房主|家[里的在]))",
        rf"(?:楼上|楼下|对门|隔壁|我家|家住|住在?)的? ?(?P<it>(?P<digits>\d{{3,4}}))(?!\d){_NO_COUNT}",
        # 五楼东户
        rf"(?P<it>{_N} ?[楼层]的? ?{_SIDE} ?(?:户|门|那家|邻居))",
    )
]  # fmt: skip
MOST_DOORS = 16
"""So many doors a floor may have: 501 to 516. What ends higher is a number of something."""


def _is_door(match: re.Match[str]) -> bool:
    digits = match.groupdict().get("digits")
    return digits is None or 1 <= int(digits) % 100 <= MOST_DOORS


# --- names ---------------------------------------------------------------------------------
_COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|夏侯|令狐|慕容|司徒|宇文|长孙|端木|轩辕|南宫|独孤|呼延|申屠|闻人"
)
_SURE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪田姜范"
    "石姚谭廖邹熊陆郝孔崔毛邱秦史顾侯邵孟龙段雷汤尹黎乔贺赖龚庞樊殷施陶洪翟颜倪牛季俞章鲁葛伍韦申尤毕聂丛焦柳邢骆岳"
    "齐梅庄辛祝涂谷祁耿牟卜詹苗费纪靳童欧甄项曲裴席屈鲍覃霍翁隋甘柏柯阮闵柴冉瞿戚滕邬臧苟褚娄奚穆郎邸冀姬屠郜晏栾郁"
    "喻窦敖卓仇佟匡鞠虞卞蔺巩解何马高江白武"
)
"""Family names that with a given name behind them are seldom anything else."""
_UNSURE = (
    "方于任安常金钱温万成向关文康严易管左盛游卫单包宁华车房边古米池宫全简党商计蒙连明应艾乐封原台习路水花时"
)
"""Family names that are everyday words too: only directly before a title."""
_TITLE = (
    "先生|女士|小姐|太太|阿姨|大爷|大妈|大娘|大伯|大叔|大哥|大姐|大嫂|叔叔|伯伯|奶奶|爷爷|婶|嫂子|师傅|老师|医生|大夫|护士|同学|同志"
    "|老汉|老太|老人家|老板|书记|主任|局长|队长|经理|所长|院长|站长|科长|处长|校长|园长|委员(?!会)|干事|警官|民警|律师|网格员|网格长|楼长"
)
_ANNOUNCED = (
    "我叫|我名叫|名叫|名字叫|叫做|本人|姓名|联系人|当事人|申请人|投诉人|反映人|举报人|经办人|负责人"
    "|户主|业主|房主|房东|住户|租户|居民|邻居|司机|店主|老板|网格员|网格长|楼长|书记|主任|经理|队长|师傅|老师"
    "|父亲|母亲|爸爸|妈妈|老伴|丈夫|妻子|老公|老婆|儿子|女儿|老人|孩子|爷爷|奶奶|同学"
)
_NO_GIVEN = "住在是的了和与家有也说来去要想把被向从对反上下已又再等及同电手今年已现因不都就称来到某这那您我他她们你未很没个"
"""Characters that begin the next word rather than end a name."""
_HAN = "一-龥"
_GIVEN = rf"[{_HAN}](?<![{_NO_GIVEN}])(?:[{_HAN}](?<![{_NO_GIVEN}]))?"
# Words that begin like a name and are none. They are eaten before a name is looked for.
_NO_NAMES = (
    "王官庄|黄河|黄山|黄金|黄色|黄灯|黄牌|黄土|黄昏|高峰|高度|高空|高层|高中|高考|高压|高价|高新|高速|高龄|高温|高架|高铁|高声|高处|高低|高兴"
    "|马路|马上|马桶|马葫芦|江水|江苏|江北|江南|白天|白色|白酒|白马|武装|武警|解决|解释|解除|解放|何时|何种|何人|何处|何况|任何|如何|为何|几何|主任何"
    "|周边|周围|周末|周[一二三四五六日天内后]|[一两三几每上下本半]周|儿童|张贴|张望|陈旧|陈述|陈年|林木|林荫|林业|孙子|孙女|胡同|胡乱|胡说|罗列|程度|程序|叶子|叶片|钟头|钟点|石头|石板|石子"
    "|田地|段时|雷雨|雷达|汤水|夏天|夏季|夏日|余下|余生|余款|余额|毛病|毛坯|龙头|史上|顾及|顾虑|顾客|季度|季节|章程|鲁能|申请|申报|申诉|毕竟|毕业|牛奶|牛皮"
    "|洪水|洪楼|梅雨|谷子|祝愿|祝福|纪念|纪律|童年|童车|项目|曲折|席位|甘肃|冀望|卓越|辛苦|庄稼|庄园|齐鲁|齐全|齐心|焦虑|焦急|秦皇|杨树|杨柳|柳树|柳絮|柏油|柏树"
    "|谢谢|许多|许可|许诺|曾经|彭博|吕梁|苏州|苏醒|贾人|丁字|丁点|魏晋|范围|范例|姜片|姚家|陆续|陆地|孔洞|梁柱|梁板|宋代|唐代|韩国|冯唐|董事|肖像|邓州"
    "|傅家|沈阳|贺信|施工|施行|施肥|殷切|陶瓷|颜色|尤其|聂耳|俞家|葛根|伍佰|牟取|费用|费时|郁闷|仇人|屈服|柴油|柴火|穆斯林|奚落|卢沟|徐徐|朱红|郭店|郑重|郑州|吴中"
    "|保安|门卫|道路|公路|修路|铁路|铺路|水路|供水|停水|下水|用水|热水|当时|临时|及时|平时|随时|小时|按时|同时|责任|新任|前任|现任|担任|历任|继任|原任|公安|治安|西安|地方|对方"
    "|双方|校方|警方|官方|物业方|平方|开车|停车|修车|骑车|坐车|乘车|公交车|货车|校车|关于|由于|位于|处于|属于|对于|基于|单位|上万|几万|完成|形成|造成|语文|作文|政治和|客房|住房|新房"
    "|租房|厨房|门房|房间|旁边|路边|这边|那边|对面|简单|菜单|订单|名单|方向|转向|有关|相关|机关|海关|开关|说明|证明|照明|声明|严格|日常|经常|非常|正常|反应|响应|供应|平台|阳台|窗台"
    "|学习|实习|练习|棋牌|中华|安宁|健康|小康|容易|交易|贸易|保管|主管|监管|城管|水管|基金|资金|现金|奖金|租金|押金|会计|设计|统计|总计|预计|连续|接连|承包|面包|荷包|钱包|挎包|以及|音乐|娱乐|快乐|班主任"
)  # fmt: skip
_NAME = rf"(?:(?:{_COMPOUND})|[{_SURE}]){_GIVEN}"
_NAMES = re.compile(
    # A word that is none is eaten; after what announces a name, it may be one all the same.
    rf"(?:我叫|名叫|姓名|联系人)[\s:是为,]{{0,3}}(?P<said>(?:(?:{_COMPOUND})|[{_SURE}{_UNSURE}]){_GIVEN})"
    rf"|(?:{_NO_NAMES})"
    rf"|(?P<titled>(?:(?:{_COMPOUND})|[{_SURE}])(?:[{_HAN}]{{1,2}}?(?=(?:{_TITLE}))|(?=(?:{_TITLE})))(?:{_TITLE})"
    rf"|[{_UNSURE}](?:{_TITLE}))"
    rf"|(?P<called>{_NAME})(?=[\s:,(]{{0,3}}(?:(?:联系)?(?:电话|手机)号?码?)?[\s:]{{0,2}}(?:\+?86)?1[3-9]\d)"
    rf"|(?:{_ANNOUNCED})[\s:是为]{{0,2}}(?!(?:{_NO_NAMES}))(?P<announced>{_NAME})"
    rf"|我是(?!(?:{_NO_NAMES}))(?P<being>{_NAME})(?=[\s,.。!！、;]|$)"
)
_COMPOUNDS = frozenset(_COMPOUND.split("|"))


def _family(name: str) -> str:
    """The family name alone: 张 of 张三丰, 欧阳 of 欧阳小红."""
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUNDS else name[0]


def _is_masked(match: re.Match[str]) -> bool:
    """欧阳** is no name 欧阳 any more."""
    return match[match.lastgroup or 0] in _COMPOUNDS and match.string.startswith("**", match.end())
