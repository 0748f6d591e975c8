"""The works that cards and library lean on, each of them real and to be looked up: `docs/sources.md` says how.

Names, titles and places stay as they were printed; what a work is about is in our own words, and translated.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Source:
    """One work: who wrote it, when, what it is called, where it stood, and in one line what it is."""

    authors: str
    year: int
    title: str
    where: str
    about: Promise


SOURCES: dict[str, Source] = {
    "frequency": Source(
        authors="Amy Muise, Ulrich Schimmack, Emily A. Impett",
        year=2015,
        title="Sexual Frequency Predicts Greater Well-Being, But More is Not Always Better",
        where="Social Psychological and Personality Science 7 (print 2016)",
        about=_("Three surveys of how often, and how content: a link up to about once a week, and no cause shown."),
    ),
    "more-on-request": Source(
        authors="George Loewenstein, Tamar Krishnamurti, Jessica Kopsic, Daniel McDonald",
        year=2015,
        title="Does Increased Sexual Frequency Enhance Happiness?",
        where="Journal of Economic Behavior & Organization 116",
        about=_("An experiment: couples who were asked for twice as much were none the happier, and enjoyed it less."),
    ),
    "planned": Source(
        authors="Katarina Kovacevic, Amy Muise and others",
        year=2023,
        title=(
            "Is Spontaneous Sex Ideal? Beliefs and Perceptions of Spontaneous and Planned Sex and Sexual Satisfaction "
            "in Romantic Relationships"
        ),
        where="The Journal of Sex Research",
        about=_("Two studies: many believe that spontaneous is better; looking back, planned was enjoyed as much."),
    ),
    "priority": Source(
        authors="Ari Tuckman",
        year=2019,
        title="ADHD After Dark: Better Sex Life, Better Relationship (chapter “Make Sex a Priority”)",
        where="Routledge",
        about=_("A sex therapist on making room first, and on whom setting a time helps and whom it doesn't."),
    ),
    "comes-later": Source(
        authors="Rosemary Basson",
        year=2000,
        title="The Female Sexual Response: A Different Model",
        where="Journal of Sex & Marital Therapy 26",
        about=_("A physician's model in which desire may follow closeness and touch instead of leading to them."),
    ),
    "ebb-and-flow": Source(
        authors="Kristen P. Mark, Julie A. Lasslo",
        year=2018,
        title="Maintaining Sexual Desire in Long-Term Relationships: A Systematic Review and Conceptual Model",
        where="The Journal of Sex Research 55",
        about=_("A review of 64 studies: desire comes and goes, in each person and between two."),
    ),
    "different-appetites": Source(
        authors="Marieke Dewitte and others",
        year=2020,
        title="Sexual Desire Discrepancy: A Position Statement of the European Society for Sexual Medicine",
        where="Sexual Medicine 8",
        about=_("What a society of specialists says on different appetites: mostly opinion, and it says so."),
    ),
    "what-couples-do": Source(
        authors="Laura M. Vowels, Kristen P. Mark",
        year=2020,
        title="Strategies for Mitigating Sexual Desire Discrepancy in Relationships",
        where="Archives of Sexual Behavior 49",
        about=_("229 people tell what they do when one wants and the other doesn't, and what helped."),
    ),
    "motives": Source(
        authors="Emily A. Impett, Letitia Anne Peplau, Shelly L. Gable",
        year=2005,
        title="Approach and Avoidance Sexual Motives: Implications for Personal and Interpersonal Well-Being",
        where="Personal Relationships 12",
        about=_("A diary study: for joy it went with feeling well, to avoid trouble with feeling worse."),
    ),
    "free-of-force": Source(
        authors="World Health Organization",
        year=2006,
        title="Defining Sexual Health: Report of a Technical Consultation",
        where="Geneva (the consultation was in January 2002)",
        about=_("A definition that asks for respect and pleasure, and for freedom from coercion."),
    ),
    "after": Source(
        authors="Amy Muise, Elaine Giang, Emily A. Impett",
        year=2014,
        title="Post Sex Affectionate Exchanges Promote Sexual and Relationship Satisfaction",
        where="Archives of Sexual Behavior 43",
        about=_("A survey and a diary study on holding, stroking and talking afterwards."),
    ),
    "something-new": Source(
        authors="Amy Muise, Cheryl Harasymchuk and others",
        year=2019,
        title=(
            "Broadening Your Horizons: Self-Expanding Activities Promote Desire and Satisfaction in Established "
            "Romantic Relationships"
        ),
        where="Journal of Personality and Social Psychology 116",
        about=_("Three studies on doing something new together, of any sort."),
    ),
    "mood": Source(
        authors="David A. Frederick, Janet Lever, Brian Joseph Gillespie, Justin R. Garcia",
        year=2016,
        title=(
            "What Keeps Passion Alive? Sexual Satisfaction Is Associated With Sexual Communication, Mood Setting, "
            "Sexual Variety, Oral Sex, Orgasm, and Sex Frequency in a National U.S. Study"
        ),
        where="The Journal of Sex Research 54 (print 2017)",
        about=_("A large survey on talking, mood and variety; it asked people in one country, and once."),
    ),
    "good-enough": Source(
        authors="Michael E. Metz, Barry W. McCarthy",
        year=2007,
        title="The “Good-Enough Sex” Model for Couple Sexual Satisfaction",
        where="Sexual and Relationship Therapy 22",
        about=_("Two therapists against perfection: closeness and play first, and it varies from time to time."),
    ),
    "touch-first": Source(
        authors="Linda Weiner, Constance Avery-Clark",
        year=2014,
        title="Sensate Focus: Clarifying the Masters and Johnson's Model",
        where="Sexual and Relationship Therapy 29",
        about=_("Two therapists on a step that begins with touch alone, and demands nothing further."),
    ),
    "meanings": Source(
        authors="Cindy M. Meston, David M. Buss",
        year=2007,
        title="Why Humans Have Sex",
        where="Archives of Sexual Behavior 36",
        about=_("237 reasons that people gave: it means very different things to different people."),
    ),
    "talking": Source(
        authors="Allen B. Mallory",
        year=2022,
        title=(
            "Dimensions of Couples' Sexual Communication, Relationship Satisfaction, and Sexual Satisfaction: "
            "A Meta-Analysis"
        ),
        where="Journal of Family Psychology 36",
        about=_("A meta-analysis of 93 studies: how two people talk about it matters more than how much."),
    ),
    "closeness": Source(
        authors="Tonya Lippert, Karen J. Prager",
        year=2001,
        title="Daily Experiences of Intimacy: A Study of Couples",
        where="Personal Relationships 8",
        about=_("Diaries of 113 couples on what made a moment feel close, most of it in talk."),
    ),
    "new-parents": Source(
        authors="Hera E. Schlagintweit, Kristen Bailey, Natalie O. Rosen",
        year=2016,
        title=(
            "A New Baby in the Bedroom: Frequency and Severity of Postpartum Sexual Concerns and Their Associations "
            "With Relationship Satisfaction in New Parent Couples"
        ),
        where="The Journal of Sexual Medicine 13",
        about=_("239 couples in the year after a birth: both of them had a lot on their minds."),
    ),
}
