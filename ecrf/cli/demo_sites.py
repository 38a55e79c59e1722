"""The sites of the demonstration: two, and more where its subjects are many."""

from math import ceil

FIRST = "NJ01"
_SITES = ((FIRST, "Nanjing main campus"), ("NJ02", "Nanjing partner hospital"))
_CITIES = {
    "SH": "Shanghai", "BJ": "Beijing", "GZ": "Guangzhou", "CD": "Chengdu", "WH": "Wuhan", "HZ": "Hangzhou",
    "XA": "Xi'an", "CQ": "Chongqing", "TJ": "Tianjin", "SZ": "Shenzhen", "CS": "Changsha", "JN": "Jinan",
    "ZZ": "Zhengzhou", "SY": "Shenyang", "HF": "Hefei", "KM": "Kunming", "NC": "Nanchang", "FZ": "Fuzhou",
    "HB": "Harbin", "LZ": "Lanzhou",
}  # fmt: skip
_OF_A_CITY = ("People's hospital", "University hospital", "Second hospital", "Central hospital", "Kidney centre")
_AT_ONE_SITE, _AT_A_SITE = 60, 200
_FIRST_NUMBER = 101


def sites_for(subjects: int) -> list[tuple[str, str]]:
    """Code and name of the sites that so many made subjects need: at least the first two."""
    further = [
        (f"{city}{number:02d}", f"{name} {kind}")
        for number, kind in enumerate(_OF_A_CITY, 1)
        for city, name in _CITIES.items()
    ]
    return [*_SITES, *further][: max(len(_SITES), ceil(subjects / _AT_A_SITE))]


def place_of(subject: int, of: int) -> tuple[str, str]:
    """The site of one made subject among so many, and its screening number there: few are all at the first site."""
    codes = [code for code, _ in sites_for(of)][: 1 if of <= _AT_ONE_SITE else None]
    code = codes[subject % len(codes)]
    return code, f"{code}-S{_FIRST_NUMBER + subject // len(codes):03d}"
