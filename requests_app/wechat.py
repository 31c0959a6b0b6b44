"""What a worker pastes from a WeChat group, parted into matters. Pure functions on text.

WeChat copies a conversation differently on each device; these were seen in the wild:

- desktop: `张三 2026/11/25 08:12:03` (or `2:51 PM`, `昨天 08:12`, `08:12`), the words on the next lines;
- mail and notes of a phone: `—————  2026-11-25  —————`, then `张三  08:12`, then the words;
- forwarded and typed off: `张三：` with the words beside or below it, `[张三 11月25日 08:12]`;
- a single message: the words alone.

Every line of a paste ends in one matter, among what was set aside, or as a recognised heading.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

MOST_CHARACTERS = 20_000
MOST_MATTERS = 20
"""Of one paste; a line further on joins the last matter."""
LONGEST_NAME, LONGEST_HEADING = 24, 80
"""Characters of a sender's name, and of a line that is no message."""
SOMEBODY = "某居民"
"""Stands where a name was taken out."""

_CLOCK = r"(?:(?:凌晨|清晨|早上|上午|中午|下午|晚上)\s*)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[AaPp][Mm])?"
_DATE = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}月\d{1,2}日|昨天|前天|今天"
    r"|(?:星期|周)[一二三四五六日天])"
)
_WHEN = rf"(?:{_DATE}\s*{_CLOCK}|{_CLOCK}|{_DATE})"
_RULE = r"[-—–_=─~ ]*"
_SEPARATOR = re.compile(rf"{_RULE}{_WHEN}{_RULE}|[-—–_=─*]{{3,}}")
_TITLE = re.compile(
    r".{0,40}(?:的聊天记录|聊天记录如下)[^，。]{0,8}[:：。]?|Dear[:：].{0,60}|"
    r"[-—–─ ]*以下(?:是|为)新消息[-—–─ ]*"
)
_NAME_FIRST = re.compile(
    rf"[\[【(（]?\s*(?P<name>\S(?:.{{0,40}}?\S)?)\s*[\s(（\u2005]\s*{_WHEN}\s*[\]】)）]?[:：]?"
)
_TIME_FIRST = re.compile(rf"(?:{_DATE}\s*{_CLOCK})\s+(?P<name>\S(?:.{{0,22}}\S)?)")
_NAMED = re.compile(
    r"(?P<name>[^\s:：，。！？；、,!?;「」\"“”][^:：，。！？；,!?;「」\n]{0,23})\s*[:：]\s*(?P<words>.*)"
)
_HALF = re.compile(r"[到至从约是在前后]$|停[水电气暖]|今[天早晚]|明[天早晚]|昨晚|每[天晚早]")
"""Before a bare time of day these make a sentence: `停水到 8:30`."""
_NO_NAME = re.compile(
    r"https?|[\d\-—#.\s]+|.*(?:地址|位置|地点|时间|日期|电话|手机|联系|问题|诉求|反映|情况|求助|补充|注意|通知|"
    r"原因|内容|事项|建议|投诉|备注|请问|说明|例如|比如|编号|物业|业主|居民|现在|希望|要求|楼|单元|室|号|区|路|第.)"
)
_SYSTEM = re.compile(
    r".*(?:撤回了?一条消息|拍了拍|加入了?群聊|移出了?群聊|退出了?群聊|修改群名|开启了朋友验证|"
    r"领取了.*红包|发起了.*(?:群收款|位置共享|语音通话)|成为新群主|群公告已更新).*"
)
_MEDIA = re.compile(
    r"\[(?P<kind>图片|照片|语音|视频|小视频|表情|动画表情|文件|位置|地理位置|链接|小程序|红包|微信红包|转账|名片|聊天记录|"
    r"视频号|音乐|Photo|Image|Voice|Video|Sticker|File|Location|Link)\]\s*(?P<rest>.*)"
)
_PICTURES = frozenset({"图片", "照片", "视频", "小视频", "Photo", "Image", "Video"})
_LENGTH = re.compile(r"\d{1,3}\s*(?:[\"”″''秒s]|sec)*")
_EMOTICON = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]")
_PICTOGRAPH = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u200d\ufe0f\u20e3\u2B50\u2B55]")
_AT = re.compile(r"@(?:[^@\u2005\n]{1,30}\u2005|[^\s@，。：:,]{1,12}(?:\s+|$))")
_QUOTE_END = re.compile(r"(?:[-—–]\s){3,}[-—–]?\s*|[-—–]{5,}")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)")
_TO = (
    r"(?:您们?|你们?|大家|各位|邻居们?|书记|主任|网格[员长]|老师|师傅|领导|物业|"
    r"[王李张刘陈赵孙]?[姐哥]|了|啦|咯|呢|啊|呀|哈|吧|的|哦|噢|某居民)*"
)
_THANKS = re.compile(
    rf"(?:(?:谢谢?|感谢|多谢|辛苦|麻烦|收到|好的?|嗯+|哦+|噢+|行|可以|明白|知道|了解|没问题|点赞|赞|棒|厉害|太好|真好|"
    rf"早上?好?|上午好|中午好|下午好|晚上好|晚安|大家好|[你您]好|在吗|不客气|不用谢|对|是|哈+|OK|ok|Ok|1|加油|支持)"
    rf"{_TO}){{1,4}}"
)
_ECHO = re.compile(
    r"(?:\+\s*1|同上|同问|同求|一样|我家?也是|我们?[家楼]?也(?:是|一样)|附议|顶){1,2}(?:的|啊|呀)?"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_PERSON = re.compile(
    rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]{{1,2}}(?:姐|哥|叔|姨|阿姨|大爷|大妈|奶奶|爷爷|老师|师傅|女士|先生|妈妈?|爸爸?)"
)
_INTRODUCED = re.compile(
    rf"(?P<before>我叫|我是|本人|联系人[:：]?\s*|姓名[:：]?\s*)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[，。,.、；;\s]|$)"
)


class Why(StrEnum):
    """Why a message is no matter."""

    THANKS = "thanks"
    ECHO = "echo"
    SYSTEM = "system"
    MEDIA = "media"


@dataclass
class Message:
    """What one person sent at once; `lines` as they were pasted, `quoted` the lines it answers to."""

    sender: str = ""
    lines: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)


@dataclass
class Matter:
    """One matter: the lines it came in, those of them that say something, and these without names."""

    sender: str
    lines: list[str]
    said: list[str]
    words: str = ""
    phone: str = ""
    pictures: int = 0


@dataclass(frozen=True)
class Aside:
    lines: tuple[str, ...]
    why: Why


@dataclass(frozen=True)
class Reading:
    """A paste, parted. Each line with anything on it is in exactly one of the three."""

    matters: list[Matter]
    aside: list[Aside]
    headings: list[str]


def read(pasted: str) -> Reading:
    """Part a paste into matters."""
    headings: list[str] = []
    messages = list(_messages(_lines(pasted), headings))
    names = {message.sender for message in messages if message.sender}
    matters: list[Matter] = []
    aside: list[Aside] = []
    broken = False
    for message in messages:
        if not message.lines and not message.quoted:
            broken = True  # a drawn line: the next message is a matter of its own
        elif why := _no_matter(message, names):
            _set_aside(message, why, matters, aside)
        else:
            _join(message, matters, apart=broken)
            broken = False
    for matter in matters:
        matter.words, matter.phone = tidy("\n".join(matter.said), names)
    return Reading(matters, aside, headings)


def tidy(words: str, names: Iterable[str] = ()) -> tuple[str, str]:
    """The words without people's names, emoticons and the phone number in them, and that number.

    A second number stays where it is: whose it is, only a person can say.
    """
    phone = ""
    if found := _MOBILE.search(words):
        phone = "".join(found.groups())
        words = re.sub(r"[(（]\s*[)）]", "", words[: found.start()] + words[found.end() :])
        words = re.sub(r"(?:联系)?(?:电话|手机)(?:号码?)?(?:是|为)?[:：]?[ \t]*(?=[，。,；;\s]|$)", "", words)
        words = re.sub(r"[，,、；;\s]+(?=[。！!]?$)|[ \t]+(?=[，。])", "", words)
    for name in sorted(names, key=len, reverse=True):
        words = re.sub(rf"@{re.escape(name)}[\u2005 ]?", "", words)
    words = _AT.sub("", words)
    for name in names:
        if _PERSON.fullmatch(name):
            words = words.replace(name, SOMEBODY)
    words = _INTRODUCED.sub(rf"\g<before>{SOMEBODY}", words)
    words = _PICTOGRAPH.sub("", _EMOTICON.sub("", words))
    lines = (re.sub(r"^[\s，,；;]+|[\s，,；;]+$", "", line) for line in words.splitlines())
    return "\n".join(line for line in lines if line), phone


# --- lines into messages -----------------------------------------------------------------
def _lines(pasted: str) -> list[str]:
    return [line.strip() for line in pasted.splitlines() if line.strip()]


def _messages(lines: list[str], headings: list[str]) -> Iterator[Message]:
    """Each message with its sender; headings go to `headings`. A message without lines is a drawn line."""
    timed = any(_timed_name(line) for line in lines)
    dated = any(_timed_name(line) and re.search(_DATE, line) for line in lines)
    now = Message()
    for line in lines:
        if len(line) > LONGEST_HEADING:
            now.lines.append(line)
        elif _QUOTE_END.fullmatch(line) and now.lines and _is_quote(now.lines):
            headings.append(line)
            now.quoted, now.lines = now.lines, []
        elif (name := _timed_name(line)) and not (dated and not re.search(_DATE, line)):
            headings.append(line)
            yield from _whole(now)
            now = Message(name)
        elif _SEPARATOR.fullmatch(line) or _TITLE.fullmatch(line):
            headings.append(line)
            if not re.fullmatch(_CLOCK, line):
                yield from _whole(now)
                yield Message()
                now = Message(now.sender)
        elif _SYSTEM.fullmatch(line):
            yield from _whole(now)
            yield Message("", [line])
            now = Message(now.sender)
        elif not timed and (named := _named(line)):
            yield from _whole(now)
            now = Message(named[0], [named[1]] if named[1] else [])
            headings.append(line if not named[1] else line[: len(line) - len(named[1])])
        else:
            now.lines.append(line)
    yield from _whole(now)


def _whole(message: Message) -> Iterator[Message]:
    if message.lines or message.quoted:
        yield message


def _timed_name(line: str) -> str:
    """The name in `张三 2026/11/25 08:12:03` or `2026-11-25 08:12 张三`; empty when it is no such line."""
    found = _TIME_FIRST.fullmatch(line) or _NAME_FIRST.fullmatch(line)
    if not found or len(line) > LONGEST_HEADING:
        return ""
    name = found["name"].strip(" \u2005:：")
    sentence = re.search(r"[，。！？；,!?;]", name) or re.fullmatch(rf"{_WHEN}|{_RULE}", name)
    told = _HALF.search(name) and not re.search(_DATE, line)
    return "" if sentence or told or len(name) > LONGEST_NAME else name


def _named(line: str) -> tuple[str, str] | None:
    """The name and the words of `张三：楼道灯不亮`; what reads like a label is none."""
    found = _NAMED.fullmatch(line)
    if not found or _NO_NAME.fullmatch(found["name"]) or re.search(r"\d$", found["name"]):
        return None
    return found["name"].strip(), found["words"].strip()


def _is_quote(lines: list[str]) -> bool:
    return lines[0].startswith(("「", "“", "『"))


# --- messages into matters ---------------------------------------------------------------
def _no_matter(message: Message, names: set[str]) -> Why | None:
    """Why this message is no matter of its own; None when it is one."""
    if message.lines and all(_is_system(line) for line in message.lines):
        return Why.SYSTEM
    said = "\n".join(message.lines)
    if not message.quoted and all(_is_media(line) for line in message.lines):
        return Why.MEDIA
    words, phone = tidy(said, names)
    parts = [part for part in re.split(r"[\s，。！？!?,.;；、~～…]+", words) if part]
    if any(len(part) > LONGEST_NAME for part in parts):
        return None  # so long a breath is no thanks, and these patterns are slow on it
    if not phone and all(_THANKS.fullmatch(part) for part in parts):
        return Why.THANKS
    if not message.quoted and all(_ECHO.fullmatch(part) or _THANKS.fullmatch(part) for part in parts):
        return Why.ECHO
    return None


def _is_system(line: str) -> bool:
    return len(line) <= LONGEST_HEADING and bool(_SYSTEM.fullmatch(line))


def _is_media(line: str) -> bool:
    found = _MEDIA.fullmatch(line)
    return bool(found and (not found["rest"] or _LENGTH.fullmatch(found["rest"]) or found["kind"] == "文件"))


def _set_aside(message: Message, why: Why, matters: list[Matter], aside: list[Aside]) -> None:
    """Keep it in sight; a picture counts for what its sender told just before."""
    aside.append(Aside((*message.quoted, *message.lines), why))
    if why is Why.MEDIA and matters and matters[-1].sender == message.sender:
        matters[-1].pictures += _pictures(message.lines)


def _pictures(lines: Iterable[str]) -> int:
    return sum(1 for line in lines if (found := _MEDIA.match(line)) and found["kind"] in _PICTURES)


def _join(message: Message, matters: list[Matter], *, apart: bool) -> None:
    """To the matter it answers to, to its sender's last one, or as a new one."""
    quote = _told(message.quoted)
    quoted = next((matter for matter in matters if quote and quote in "\n".join(matter.said)), None)
    matter = quoted or _same(message, matters, apart=apart)
    if matter is None:
        matters.append(matter := Matter(message.sender, [], []))
    matter.lines += [*message.quoted, *message.lines]
    matter.said += [*([quote] if quote and not quoted else []), *_spoken(message.lines)]
    matter.pictures += _pictures(message.lines)


def _same(message: Message, matters: list[Matter], *, apart: bool) -> Matter | None:
    """The last matter, when it is this sender's too, or when there are as many as one page bears."""
    if len(matters) >= MOST_MATTERS:
        return matters[-1]
    return matters[-1] if matters and matters[-1].sender == message.sender and not apart else None


def _told(quoted: list[str]) -> str:
    """What is quoted, without whose it is: `「张三：灯坏了」` → `灯坏了`."""
    return re.sub(r"^[「“『](?:[^:：]{0,24}[:：])?\s*|[」”』]$", "", "\n".join(quoted)).strip()


def _spoken(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if not _is_media(line)]
