"""How well lines are coded, on lines of other authors: `python -m nlu.practice.measure [--kept-apart]`.

Without the switch: cross-validation by author on the lines the coder learns from. With it: the lines kept apart, which
nobody looks at; measure on them seldom.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu import vectors
from nlu.practice import learned
from nlu.practice.coder import CODE_FROM, HURTFUL, LINES, UNCLEAR, decide
from nlu.practice.learned import CODES, GROUP_OF, GROUPS, Hurtful, Line, Separators, without_marks
from nlu.practice.stigma import read_wordings

KEPT_APART = LINES[0].with_name("practice_kept_apart.jsonl")
STIGMA_APART = LINES[0].with_name("stigma_kept_apart.jsonl")
FOLDS = 5
CREDITS = ("simple_reflection", "complex_reflection", "affirm")


def cross_validated(lines: Sequence[Line], folder: Path, as_typed: bool) -> list[dict[str, float]]:
    """The probabilities of each line, from a model that has not seen its author."""
    from sklearn.model_selection import GroupKFold

    found: list[dict[str, float]] = [{} for _ in lines]
    for known, new in GroupKFold(FOLDS).split(lines, groups=[line.author for line in lines]):
        model = learned.learn(
            [lines[i] for i in known], learned.read_hurtful(HURTFUL), lambda texts: vectors.vectors(texts, folder)
        )
        for place, odds in zip(new, asked(model, [lines[i] for i in new], folder, as_typed), strict=True):
            found[place] = odds
    return found


def asked(model: Separators, lines: Sequence[Line], folder: Path, as_typed: bool = True) -> list[dict[str, float]]:
    """The probabilities of `lines`; without punctuation and in small letters where not `as_typed`."""
    texts = [line.text if as_typed else without_marks(line.text) for line in lines]
    pairs = [(text, line.previous) for text, line in zip(texts, lines, strict=True)]
    return model.ask_all(pairs, vectors.vectors(texts, folder))


def hurts(model: Separators, lines: Sequence[Hurtful], folder: Path) -> list[float]:
    """How much each of `lines` sounds like one that hurts."""
    texts = [line.text for line in lines]
    read = vectors.vectors(texts, folder)
    return [model.hurts(text, None if read is None else read[row])[0] for row, text in enumerate(texts)]


def report(lines: Sequence[Line], odds: Sequence[dict[str, float]]) -> str:
    """The figures as text: both tiers, what is backed off, and which codes are taken for which."""
    from sklearn.metrics import classification_report, cohen_kappa_score, confusion_matrix, f1_score

    truth = [line.code for line in lines]
    best = [max(CODES, key=lambda code: its[code]) for its in odds]
    groups, best_groups = ([GROUP_OF[code] for code in codes] for codes in (truth, best))
    coded = [decide(its, "") for its in odds]
    with_code = [(code.code, gold) for code, gold in zip(coded, truth, strict=True) if code and code.code]
    with_any = [
        (code.group, GROUP_OF[gold]) for code, gold in zip(coded, truth, strict=True) if code and code.group != UNCLEAR
    ]
    within = {
        group: [(a, b) for a, b in zip(truth, best, strict=True) if a in codes and b in codes]
        for group, codes in GROUPS.items()
    }
    credit = [code in CREDITS for code in best]
    doubtless = [its and not (code and code.group == UNCLEAR) for its, code in zip(credit, coded, strict=True)]
    press, gold_credit = [group == "non_adherent" for group in groups], [code in CREDITS for code in truth]
    pressing, credited, credited_in_doubt, right, kept = (
        sum(press),
        sum(a and b for a, b in zip(press, credit, strict=True)),
        sum(a and b for a, b in zip(press, doubtless, strict=True)),
        sum(a and b for a, b in zip(gold_credit, credit, strict=True)),
        sum(a and b for a, b in zip(gold_credit, doubtless, strict=True)),
    )
    confidence = np.mean([its[code] for its, code in zip(odds, best, strict=True)])
    return "\n".join(
        (
            f"lines {len(lines)}, authors {len({line.author for line in lines})}",
            f"tier 1 (6 groups): macro-F1 {f1_score(groups, best_groups, average='macro'):.3f}, "
            f"kappa {cohen_kappa_score(groups, best_groups):.3f}",
            f"tier 2 (12 codes): macro-F1 {f1_score(truth, best, average='macro'):.3f}, "
            f"accuracy {np.mean([a == b for a, b in zip(truth, best, strict=True)]):.3f}, "
            f"mean confidence {confidence:.3f}",
            *(
                f"within {group}: kappa {cohen_kappa_score(*zip(*pairs, strict=True)):.3f}"
                for group, pairs in within.items()
                if len(GROUPS[group]) > 1
            ),
            f"coded {len(with_code) / len(lines):.3f} of lines (from {CODE_FROM}), right "
            f"{np.mean([a == b for a, b in with_code]):.3f}; at least a group {len(with_any) / len(lines):.3f}, right "
            f"{np.mean([a == b for a, b in with_any]):.3f}",
            f"pressure credited as reflection or affirmation: {credited} of {pressing}; with the rule of doubt "
            f"{credited_in_doubt}, which leaves {kept} of {right} right ones",
            classification_report(groups, best_groups, digits=2),
            classification_report(truth, best, digits=2),
            " ".join(CODES),
            str(confusion_matrix(truth, best, labels=list(CODES))),
        )
    )


def hurtful_report(lines: Sequence[Hurtful], scores: Sequence[float], name: str) -> str:
    """Of lines that hurt, how many are found by the wordings (sure) or sound so (perhaps); and the false alarms."""
    wordings = read_wordings()
    sure = [bool(wordings.find(line.text)) for line in lines]
    perhaps = [score > 0 for score in scores]

    def told(found: Sequence[bool]) -> str:
        hits = sum(its and line.hurts for its, line in zip(found, lines, strict=True))
        alarms = sum(its and not line.hurts for its, line in zip(found, lines, strict=True))
        hurting = sum(line.hurts for line in lines)
        return f"{hits} of {hurting}, false alarms {alarms} of {len(lines) - hurting}"

    either = [one or other for one, other in zip(sure, perhaps, strict=True)]
    return f"hurtful, {name}: sure {told(sure)}; sure or perhaps {told(either)}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept-apart", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path("data"))
    chosen = parser.parse_args()
    lines, hurtful = learned.read_lines(LINES), learned.read_hurtful(HURTFUL)
    apart = learned.read_lines([KEPT_APART]) if chosen.kept_apart else []
    model = learned.learn(lines, hurtful, lambda texts: vectors.vectors(texts, chosen.folder)) if apart else None
    for as_typed in (True, False):
        print("as typed" if as_typed else "\nwithout punctuation, in small letters")
        if model is not None:
            print(report(apart, asked(model, apart, chosen.folder, as_typed)))
        else:
            print(report(lines, cross_validated(lines, chosen.folder, as_typed)))
    if model is not None:
        for name, new in (
            ("of the collection", learned.read_hurtful([STIGMA_APART])),
            ("in practice lines", [Hurtful(line.text, line.hurts, line.author) for line in apart]),
        ):
            print(hurtful_report(new, hurts(model, new, chosen.folder), name))


if __name__ == "__main__":
    main()
