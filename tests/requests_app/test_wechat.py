"""What comes out of a paste: matters, what is set aside, and nothing lost."""

from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.wechat import MOST_CHARACTERS, MOST_MATTERS, Reading, Why, read, tidy

LAMP, RUBBISH = "九区3号楼2单元楼道灯坏了", "4号楼门口垃圾三天没人收"

# name: (paste, matters as sender and words, what was set aside)
PASTES: dict[str, tuple[str, list[tuple[str, str]], list[Why]]] = {
    "windows": (
        f"张三 2026/11/25 08:12:03\n{LAMP}\n\n王姐 2026/11/25 08:20:11\n{RUBBISH}\n",
        [("张三", LAMP), ("王姐", RUBBISH)],
        [],
    ),
    "windows, four digits of time": (f"张三 2026-11-25 08:12\n{LAMP}", [("张三", LAMP)], []),
    "mac in english": (f"张三 2026/11/25 2:51 PM\n{LAMP}", [("张三", LAMP)], []),
    "windows, yesterday": (f"张三 昨天 08:12\n{LAMP}", [("张三", LAMP)], []),
    "windows, weekday": (f"张三 星期三 上午8:12\n{LAMP}", [("张三", LAMP)], []),
    "time in brackets": (f"张三(2026/11/25 08:12)\n{LAMP}", [("张三", LAMP)], []),
    "whole heading in brackets": (f"[张三 11月25日 08:12]\n{LAMP}", [("张三", LAMP)], []),
    "date before the name": (f"2026-11-25 08:12:03 张三\n{LAMP}", [("张三", LAMP)], []),
    "phone by mail": (
        f"如下是群聊的聊天记录\n\n——— 2026-11-25 ———\n\n张三  08:12\n\n{LAMP}\n\n王姐  08:15\n\n{RUBBISH}\n",
        [("张三", LAMP), ("王姐", RUBBISH)],
        [],
    ),
    "forwarded, names beside": (f"张三: {LAMP}\n王姐: {RUBBISH}", [("张三", LAMP), ("王姐", RUBBISH)], []),
    "names above": (f"张三：\n{LAMP}\n王姐：\n{RUBBISH}", [("张三", LAMP), ("王姐", RUBBISH)], []),
    "title of a forward": (f"群聊的聊天记录\n\n张三: {LAMP}", [("张三", LAMP)], []),
    "one message alone": (LAMP, [("", LAMP)], []),
    "labels are no names": (
        "地址：九区3号楼\n问题：楼道灯坏了",
        [("", "地址：九区3号楼\n问题：楼道灯坏了")],
        [],
    ),
    "a door is no name": ("3-2-501：家里没有暖气", [("", "3-2-501：家里没有暖气")], []),
    "a time of day in a sentence is no heading": (
        f"张三 2026/11/25 08:12:03\n{LAMP}\n今晚停水到 20:00",
        [("张三", f"{LAMP}\n今晚停水到 20:00")],
        [],
    ),
    "neighbouring messages of one person": (
        f"张三 08:12\n{LAMP}\n\n张三 08:13\n老人晚上看不清",
        [("张三", f"{LAMP}\n老人晚上看不清")],
        [],
    ),
    "thanks between them": (
        f"张三 08:12\n{LAMP}\n李四 08:13\n收到，谢谢张三\n张三 08:14\n老人看不清",
        [("张三", f"{LAMP}\n老人看不清")],
        [Why.THANKS],
    ),
    "thanks, praise and pictographs alone": (
        "张三: 收到\n李四: 谢谢书记[玫瑰][玫瑰]\n王五: 👍👍\n赵六: 好的好的",
        [],
        [Why.THANKS, Why.THANKS, Why.THANKS, Why.THANKS],
    ),
    "an echo is no new matter": (
        f"张三: {LAMP}\n李四: +1\n王五: 我家也是",
        [("张三", LAMP)],
        [Why.ECHO, Why.ECHO],
    ),
    "a picture of the same person": (
        f"张三 08:12\n{LAMP}\n张三 08:12\n[图片]\n张三 08:13\n[图片]",
        [("张三", LAMP)],
        [Why.MEDIA, Why.MEDIA],
    ),
    "a picture among the words": (f"张三 08:12\n{LAMP}\n[图片]", [("张三", LAMP)], []),
    "speech, films and stickers": (
        '张三 08:12\n[语音] 5"\n李四 08:13\n[动画表情]\n王五 08:14\n[文件] 通知.docx',
        [],
        [Why.MEDIA, Why.MEDIA, Why.MEDIA],
    ),
    "a place that was shared": (
        "张三 08:12\n[位置] 王官庄九区南门\n井盖没了",
        [("张三", "王官庄九区南门\n井盖没了")],
        [],
    ),
    "what the group itself says": (
        f'张三 08:12\n{LAMP}\n"李四" 撤回了一条消息\n我拍了拍 "张三"\n"王五"邀请"赵六"加入了群聊',
        [("张三", LAMP)],
        [Why.SYSTEM, Why.SYSTEM, Why.SYSTEM],
    ),
    "a quote of this paste is one more voice": (
        f"张三 08:12\n{LAMP}\n李四 08:15\n「张三：{LAMP}」\n- - - - - - - - - - - - - - -\n三楼也不亮",
        [("张三", f"{LAMP}\n三楼也不亮")],
        [],
    ),
    "a quote of another day keeps its words": (
        f"李四 08:15\n「张三：{LAMP}」\n- - - - - - - - - - - - - - -\n还没人来修",
        [("李四", f"{LAMP}\n还没人来修")],
        [],
    ),
    "somebody called": (f"张三: @网格员小王\u2005{LAMP}", [("张三", LAMP)], []),
    "everybody called": (f"@所有人 {LAMP}", [("", LAMP)], []),
    "a name in the words": (f"张三 08:12\n{LAMP}\n李四 08:13\n张三说的我也碰见了", [
        ("张三", LAMP),
        ("李四", "某居民说的我也碰见了"),
    ], []),
    "an introduction": (f"我是李建国，{LAMP}", [("", f"我是某居民，{LAMP}")], []),
    "faces in a sentence": (f"张三: {LAMP}[捂脸]😭", [("张三", LAMP)], []),
    "a drawn line parts two matters": (f"{LAMP}\n---\n{RUBBISH}", [("", LAMP), ("", RUBBISH)], []),
    "another day parts two matters": (
        f"— 2026-11-24 —\n张三 08:12\n{LAMP}\n— 2026-11-25 —\n张三 08:12\n{RUBBISH}",
        [("张三", LAMP), ("张三", RUBBISH)],
        [],
    ),
    "nothing": ("  \n\n", [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", PASTES)
def test_paste_is_parted(name: str) -> None:
    pasted, matters, aside = PASTES[name]
    found = read(pasted)
    assert [(matter.sender, matter.words) for matter in found.matters] == matters
    assert [one.why for one in found.aside] == aside


def test_pictures_are_counted_for_who_sent_them() -> None:
    found = read(f"张三 08:12\n{LAMP}\n[图片]\n张三 08:13\n[图片]\n李四 08:14\n[图片]")
    assert [matter.pictures for matter in found.matters] == [2]


@pytest.mark.parametrize(
    "told",
    [
        "灯坏了 13800000099",
        "灯坏了，电话：138 0000 0099",
        "灯坏了（+86 138-0000-0099）",
        "灯坏了，联系电话13800000099。",
    ],
)
def test_a_phone_goes_to_its_own_field(told: str) -> None:
    words, phone = tidy(told)
    assert phone == "13800000099"
    assert words.rstrip("。") == "灯坏了"


def test_a_second_phone_stays_for_a_person_to_judge() -> None:
    assert tidy("灯坏了 13800000099，物业 13900000088") == ("灯坏了，物业 13900000088", "13800000099")


def test_a_long_group_ends_in_a_bounded_page() -> None:
    found = read("\n".join(f"居民{letter}甲: {letter}路灯坏了" for letter in "甲乙丙丁戊己庚辛壬癸" * 3))
    assert len(found.matters) == MOST_MATTERS


def test_a_letter_from_the_phone_begins_with_a_heading() -> None:
    assert read("Dear: 如下是“九区”的聊天记录，请查收。").headings == [
        "Dear: 如下是“九区”的聊天记录，请查收。"
    ]


@pytest.mark.parametrize("piece", ["哦", "好的", "- ", "—", "「", "@", "张三 ", "[图片]", "8:12", "谢谢您了"])
def test_no_paste_keeps_the_page_waiting(piece: str) -> None:
    began = monotonic()
    read(piece * (MOST_CHARACTERS // len(piece)))
    assert monotonic() - began < 2


# --- nothing is lost ---------------------------------------------------------------------
def _kept(found: Reading) -> list[str]:
    lines = [line for matter in found.matters for line in matter.lines]
    lines += [line for one in found.aside for line in one.lines]
    return sorted("".join("".join(lines + found.headings).split()))


PIECES = st.sampled_from(
    ["张三 2026/11/25 08:12:03", "张三 08:12", "李四：", "李四: 收到", "—— 2026-11-25 ——", "08:12", "---",
     "[图片]", "- - - - - - - -", f"「张三：{LAMP}」", "「", "」", "我拍了拍 \"李四\"", LAMP, RUBBISH, "谢谢",
     "@张三 你好", "地址：九区", ""]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=30))
def test_every_character_is_kept_somewhere(lines: list[str]) -> None:
    pasted = "\n".join(lines)
    assert _kept(read(pasted)) == sorted("".join(pasted.split()))
