"""Words whose full stop is no sentence's end, or seldom: a short list of English and its guests."""

from __future__ import annotations

_NEVER_LAST = """
    e.g i.e viz cf vs approx ca esp resp z.b d.h bzw
    bvt brig lieut
    mr mrs ms dr prof st ste sr sra mme mlle messrs rev fr hon gen col maj capt cmdr lt sgt cpl adm
    gov sen rep pres supt sec insp herr hr
"""
_BEFORE_NUMBERS = """
    no nos nr vol vols fig figs p pp pg ch chap art arts par op sect eq ed eds pt bd bk ver
"""
_ELSEWHERE = """
    v etc al inc co corp ltd bros jr esq est dept univ assn mt ft ave blvd rd
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    a.m p.m am pm ph.d m.d b.a m.a b.c a.d u.s u.k u.n u.s.a u.s.s.r d.c l.a n.y usw
"""
_BEGINNERS = """
    the a an in on at it he she they we you i this that these those there his her their its my our
    your but and or so if when while after before as for from with by to of although however since
    then thus what who why how where not no all some many most one during both each
"""

NEVER_LAST = frozenset(_NEVER_LAST.split())
"""More follows: a name, an example. Never the end."""

BEFORE_NUMBERS = frozenset(_BEFORE_NUMBERS.split())
"""No end where a number, of digits or in Roman capitals, follows."""

ELSEWHERE = frozenset(_ELSEWHERE.split())
"""The end only where what follows often begins a sentence."""

BEGINNERS = frozenset(_BEGINNERS.split())
"""Words that often begin a sentence, and seldom follow an abbreviation with a capital."""

LONGEST = max(map(len, NEVER_LAST | BEFORE_NUMBERS | ELSEWHERE))
