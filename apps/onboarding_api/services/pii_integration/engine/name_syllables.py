"""Names of China, Vietnam and Korea in Latin letters: short words, side by side, family name first or last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apps.onboarding_api.services.pii_integration.engine.lexicon import CORE, EVERYDAY, GIVEN, STOP, word_set

if TYPE_CHECKING:
    from apps.onboarding_api.services.pii_integration.engine.name_words import Word

FAMILIES = word_set(
    """nguyen nguyễn tran trần le lê pham phạm hoang hoàng huynh huỳnh phan vu vũ vo võ dang đặng bui bùi do đỗ ho hồ
    ngo
    ngô duong dương ly lý dinh đinh doan đoàn lam lâm mai trinh trịnh truong trương dao đào luu lưu luong lương quach
    vuong
    chau zhang wang li liu chen yang huang zhao wu zhou xu sun ma zhu hu guo lin gao luo zheng liang xie tang deng
    han feng
    cao peng zeng xiao tian dong pan yuan cai jiang yu ye cheng wei su lu ding ren shen yao cui zhong tan fan jin shi
    liao
    jia xia fu fang bai zou meng xiong qin qiu hou yin xue yan lei tao gu hao gong shao qian dai mo xiang lim lee ng ong
    wong goh chua chan koh teo ang yeo tay toh sim chong chia fong lau leung cheung yeung kwok tse tsang mak lui poon
    yip
    yuen fung kim park choi jung kang cho yoon jang oh seo shin kwon hwang ahn yoo hong jeon moon bae baek nam noh"""
)
SYLLABLES = FAMILIES | word_set(
    """thi thị van văn anh duc đức tuan tuấn thanh tung tùng quang quan phuong phương huong hương hoa lan linh ngoc
    ngọc nga
    nhung nhi yen yến trang tram thao thảo thu thuy thủy thuong tien toan tri trong trung tu viet vinh xuan bao binh
    bình
    chi cuong cường dat dung dũng giang ha hà hai hải hanh hạnh hao hien hiền hiep hieu hoai hoan hue hung hùng huy
    huyen
    khai khanh khoa khoi kien kim lien loan loc long luan manh minh my nam nghia nguyet nhan nhat oanh phat phong phu
    phuc
    quoc quyen quynh sang son tam thang thien thinh tho thong thuan tin tinh trinh tuyet tuyen uyen vy yến
    ming jie ling mei hui hua jun hong min jing yun ying xin yi lan ping qiang jian zhi wen bin bo chao chun dan fei
    gang
    guang heng kai kun na ning qi qing rong rui shan shu ting tong yang yong zhen zhong xing sheng rui ru siew swee boon
    hock kiat seng choon kok wai ming chee keong huat leong poh suan bee eng geok hwa lay peck
    ji hye soo jin joon hyun young sung woo kyung eun sun hee yeon seung sang kyu tae yun ae ja mi sook seon gyu geun
    chul"""
)
_PLACES = frozenset(
    {
        "hong kong",
        "ho chi",
        "chi minh",
        "da nang",
        "hai phong",
        "ha noi",
        "tai chi",
        "feng shui",
        "kung fu",
        "ha long",
    }
)
_MIDDLE = word_set("thi thị van văn ngoc ngọc minh duc đức quang xuan thanh anh huu dinh")
"""What stands between the two in Vietnamese."""
_MOST = 4


def whole_name(sequence: Sequence[Word], index: int) -> int:
    """The index after a name like "Le Thi Mai", "Lim Wei Jie" or "Ngoc Anh Le" that begins here; `index` for none."""
    last = index
    while last < len(sequence) and last - index < _MOST:
        word = sequence[last]
        if not word.capital or word.low not in SYLLABLES or (last > index and word.gap not in (" ", "-")):
            break
        last += 1
    said = sequence[index:last]
    if len(said) < 2 or f"{said[0].low} {said[1].low}" in _PLACES:
        return index
    if said[0].low not in FAMILIES and said[-1].low not in FAMILIES:
        return index
    more = last < len(sequence) and sequence[last].gap == " " and sequence[last].capital
    if more and (not sequence[last].text.isupper() or said[0].text.isupper()):
        return index
    rare = sum(not word.marks & (STOP | EVERYDAY | CORE) for word in said)
    if len(said) > 2:
        return last if rare or said[1].low in _MIDDLE else index
    return last if rare > 1 or (rare and said[0].marks & GIVEN) else index


def goes_on(start: Word, word: Word) -> bool:
    """Whether a name that begins with such a word goes on with another: "nguyen thi hoa", "mei ling"."""
    if start.low not in SYLLABLES or word.low not in SYLLABLES:
        return False
    if word.capital:
        return start.capital
    return not start.capital and (not word.marks & (STOP | CORE) or word.low in ("thi", "van", "mai"))


def is_double(low: str) -> bool:
    """ "jun-ho", "mei-ling"."""
    first, _, second = low.partition("-")
    return second in SYLLABLES and first in SYLLABLES
