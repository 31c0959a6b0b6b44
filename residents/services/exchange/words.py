"""The words of the files: Chinese, fixed with the template, whatever language a page speaks.

The first word of each is what we write; all of them are understood.
"""

from collections.abc import Mapping

from django.db.models import TextChoices

from residents.terms import DwellingUse, HouseholdKind, RegisterKind, Relation, Sex, VenueKind

Words = Mapping[str, tuple[str, ...]]

USES: Words = {
    DwellingUse.OWN: ("自住", "自有自住"),
    DwellingUse.RENTED: ("出租", "租住"),
    DwellingUse.EMPTY: ("空置", "空房"),
    DwellingUse.SHOP: ("商用", "经营", "门面"),
}
KINDS: Words = {
    HouseholdKind.REGISTERED: ("户籍", "户籍户", "户籍人口", "本地户籍"),
    HouseholdKind.MIGRANT: ("流动", "流动户", "流动人口", "外来"),
    HouseholdKind.ELSEWHERE: ("人户分离",),
}
SEXES: Words = {
    Sex.MALE: ("男", "男性"),
    Sex.FEMALE: ("女", "女性"),
    Sex.UNKNOWN: ("未说明", "未知"),
}
RELATIONS: Words = {
    Relation.HEAD: ("户主", "本人", "本人或户主"),
    Relation.SPOUSE: ("配偶", "夫", "妻", "丈夫", "妻子"),
    Relation.CHILD: ("子女", "子", "女", "儿子", "女儿", "儿媳", "女婿"),
    Relation.PARENT: ("父母", "父", "母", "父亲", "母亲", "岳父", "岳母", "公公", "婆婆"),
    Relation.GRANDCHILD: ("孙子女", "孙子", "孙女", "外孙", "外孙女"),
    Relation.GRANDPARENT: ("祖父母", "祖父", "祖母", "外祖父", "外祖母"),
    Relation.SIBLING: ("兄弟姐妹", "兄", "弟", "姐", "妹"),
    Relation.OTHER: ("其他", "非亲属"),
}
VENUES: Words = {
    VenueKind.SHOP: ("小商店", "小商场", "小超市"),
    VenueKind.RESTAURANT: ("小餐饮", "小餐饮场所"),
    VenueKind.HOTEL: ("小旅馆",),
    VenueKind.ENTERTAINMENT: ("小歌舞娱乐", "小歌舞娱乐场所"),
    VenueKind.FITNESS: ("小休闲健身", "小美容洗浴", "小网吧"),
    VenueKind.CLINIC: ("小医疗养老", "小医院", "小诊所", "小养老院"),
    VenueKind.SCHOOL: ("小学校幼儿园", "小学校", "小幼儿园"),
    VenueKind.WORKSHOP: ("小生产加工", "小生产加工企业"),
    VenueKind.FLAMMABLE: ("小易燃易爆", "小易燃易爆品经营"),
    VenueKind.OFFICE: ("商务楼宇", "写字楼"),
    VenueKind.OTHER: ("其他场所", "其他"),
}
YES_NO: Words = {"yes": ("是", "有"), "": ("否", "无")}
REGISTERS: dict[str, str] = {
    RegisterKind.RESIDENTS: "居民",
    RegisterKind.DWELLINGS: "房屋",
    RegisterKind.VENUES: "场所",
}


def written(words: Words, value: str | TextChoices) -> str:
    """The word that stands in our files for a value; empty for none."""
    found = words.get(value)
    return found[0] if found else ""


def understood(words: Words) -> dict[str, str]:
    """Word → value, for every word that we take."""
    return {word: value for value, spellings in words.items() for word in spellings}
