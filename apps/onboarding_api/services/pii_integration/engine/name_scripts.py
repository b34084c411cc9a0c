"""Names in scripts that no pack is about, within a text of another: "the badge reads 王海燕"."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine.patterns import lazily

_HAN_FAMILIES = (
    "王李张张陈刘杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤陳張劉楊趙吳孫馬鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚陸賈鄒"
)
_HAN = lazily(rf"(?<![\p{{Han}}])[{_HAN_FAMILIES}]\p{{Han}}{{1,2}}(?![\p{{Han}}])")
_HANGUL = lazily(
    r"(?<![\p{Hangul}])[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현][\p{Hangul}]{2}"
    r"(?![\p{Hangul}])"
)
_CYRILLIC = lazily(
    r"(?<![\p{Cyrillic}\p{Latin}])[А-ЯЁІЇЄҐЎ][а-яёіїєґў]{2,20}"
    r"(?:[ \-][А-ЯЁІЇЄҐЎ][а-яёіїєґў]{2,20}){0,2}(?![\p{Cyrillic}\p{Latin}])"
)
_LETTER = lazily(r"\p{Cyrillic}")
_FEW = 3
"""So many times more letters of other scripts make a word of this one a guest."""


def names_of_other_scripts(text: str) -> Iterator[tuple[int, int]]:
    """Where they stand. Sentences in these scripts are read by no pack, so only single words count."""
    if text.isascii():
        return
    highest = max(text)
    if highest < "\u0400":
        return
    if highest >= "\u4e00":
        for pattern in (_HAN, _HANGUL):
            for match in pattern.finditer(text):
                yield match.span()
    if not _LETTER.search(text):
        return
    own = len(_LETTER.findall(text))
    if own * _FEW < sum(map(str.isalpha, text)):
        for match in _CYRILLIC.finditer(text):
            yield match.span()
