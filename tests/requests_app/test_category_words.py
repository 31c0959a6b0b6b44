"""The category that words suggest."""

import pytest

from requests_app.categories import shipped
from requests_app.category_words import _table, suggest


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("楼道灯坏了，老人晚上看不清", "0602"),
        ("4号楼门口垃圾三天没人收", "0101"),
        ("电梯困人了，快来", "0902"),
        ("5号楼下水道堵了，污水外溢", "0604"),
        ("有人在楼道里给电动车充电", "1002"),
        ("消防通道又被堵了", "1001"),
        ("楼上漏水，把我家吊顶泡了", "0904"),
        ("想咨询一下，几点上班", "1301"),
        ("请问楼道灯什么时候修", "0602"),
        ("今天天气不错", ""),
    ],
)
def test_words_suggest_a_category(told: str, code: str) -> None:
    assert suggest(told) == code


def test_table_knows_every_shipped_category() -> None:
    leaves = {row["code"] for row in shipped() if len(row["code"]) == 4}
    assert set(_table()) == leaves


def test_no_word_speaks_for_two_categories_of_one_group_twice() -> None:
    for signs in _table().values():
        assert len(set(signs)) == len(signs)
