"""What stands on a screen instead of personal data."""

import pytest

from wangguan.privacy import mask_address, mask_phones


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("九区3号楼2单元501", "九区3号楼"),
        ("英华苑A座1201室", "英华苑A座"),
        ("诚品苑 5 幢 301", "诚品苑 5 幢"),
        ("王官庄街12号2单元", "王官庄街12号"),
        ("九区 3-2-501", "九区 3"),
        ("光明路12号", "光明路12号"),
        ("门口的座椅", "门口的座椅"),
        ("", ""),
    ],
)
def test_mask_address_keeps_the_building_and_drops_the_door(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13800000001，谢谢", "请打138****0001，谢谢"),
        ("编号213800000001", "编号213800000001"),
        ("路灯坏了", "路灯坏了"),
    ],
)
def test_mask_phones_masks_every_mobile_number_in_a_text(text: str, shown: str) -> None:
    assert mask_phones(text) == shown
