"""The oracle of core's ranking measures: slow, plain and independent of the Rust code.

Writes measures.json beside this file, which core/tests/metrics.rs compares with the crate.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.* scipy==1.17.*
    venv/bin/python core/tests/oracle/measures.py

Every measure is computed another way than in the crate: W from SciPy's Friedman test, the correlation as a plain mean
over pairs, Kemeny by trying all orders, Schulze by searching paths above a threshold, K^(1/2) as the mean Kendall distance
over every completion of the two lists (Fagin, Kumar, Sivakumar 2003, K_avg), RBO as a series summed to its end,
the chance level by another generator and a larger simulation.
"""

import itertools
import json
import pathlib
import random

import numpy as np
from scipy import stats

random.seed(20261122)


def ranks(ballot, n):
    """Mid-ranks by SciPy: those left out share the last place."""
    values = [ballot.index(i) if i in ballot else n for i in range(n)]
    return stats.rankdata(values)


def concordance(ballots, n):
    matrix = np.array([ranks(b, n) for b in ballots])
    m = len(ballots)
    if n >= 3:
        chi_square, p_value = stats.friedmanchisquare(*matrix.T)
    else:  # SciPy's Friedman test wants three: the definition, as a ratio of variances.
        centred = matrix - matrix.mean(axis=1, keepdims=True)
        chi_square = (n - 1) * (centred.sum(axis=0) ** 2).sum() / (centred**2).sum()
        p_value = stats.chi2.sf(chi_square, n - 1)
    w = chi_square / (m * (n - 1))
    # Mean correlation over pairs, each weighing as much as its two rankings vary (all alike when lengths are equal).
    deviations = matrix.std(axis=1)
    pairs = [(a, b) for a, b in itertools.combinations(range(m), 2) if deviations[a] > 0 and deviations[b] > 0]
    covariance = sum(
        stats.spearmanr(matrix[a], matrix[b]).statistic * deviations[a] * deviations[b] for a, b in pairs
    )
    correlation = 2 * covariance / ((m - 1) * (deviations**2).sum())
    return {"w": w, "mean_correlation": correlation, "chi_square": chi_square, "p_value": p_value}


def borda(ballots, n):
    return [sum(n - ranks(b, n)[i] for b in ballots) for i in range(n)]


def prefers(ballot, i, j):
    return i in ballot and (j not in ballot or ballot.index(i) < ballot.index(j))


def counts(ballots, n):
    return [[sum(prefers(b, i, j) for b in ballots) for j in range(n)] for i in range(n)]


def kemeny(ballots, n):
    """All orders. `unique` is judged on the candidates that somebody ranked."""
    d = counts(ballots, n)
    named = [i for i in range(n) if any(i in b for b in ballots)]
    cost = lambda order: sum(d[j][i] for i, j in itertools.combinations(order, 2))
    costs = {order: cost(order) for order in itertools.permutations(named)}
    least = min(costs.values())
    best = [order for order in costs if costs[order] == least]
    total = sum(d[i][j] for i in range(n) for j in range(n))
    return {
        "order": list(min(best)) + [i for i in range(n) if i not in named],
        "winners": sorted({order[0] for order in best}),
        "distance": least,
        "score": total - least,
        "unique": len(best) == 1,
    }


def schulze(ballots, n):
    """Places, by the largest threshold at which a path of links that strong still exists."""
    d = counts(ballots, n)

    def reachable(start, threshold):
        seen, todo = {start}, [start]
        while todo:
            i = todo.pop()
            for j in range(n):
                if j not in seen and d[i][j] > d[j][i] and d[i][j] >= threshold:
                    seen.add(j)
                    todo.append(j)
        return seen

    strength = [[0] * n for _ in range(n)]
    for threshold in range(1, len(ballots) + 1):
        for i in range(n):
            for j in reachable(i, threshold) - {i}:
                strength[i][j] = threshold
    left, tiers = set(range(n)), []
    while left:
        tier = [i for i in sorted(left) if not any(strength[j][i] > strength[i][j] for j in left)]
        tiers.append(tier)
        left -= set(tier)
    return tiers


def spread(ballots, n):
    matrix = np.array([ranks(b, n) for b in ballots])
    return {
        "stacks": [sum(i in b for b in ballots) for i in range(n)],
        "mean_rank": matrix.mean(axis=0).tolist(),
        "spread": matrix.std(axis=0).tolist(),
    }


def kendall_mean_over_completions(a, b):
    """K_avg: both lists completed by the other's items in every order; equals K^(1/2)."""
    union = sorted(set(a) | set(b))

    def completions(top):
        missing = [i for i in union if i not in top]
        orders = [list(top) + list(rest) for rest in itertools.permutations(missing)]
        place = np.array([[order.index(i) for i in union] for order in orders])
        x, y = np.triu_indices(len(union), 1)
        return place[:, x] < place[:, y]

    first, second = completions(a), completions(b)
    # The mean over all couples of completions, pair by pair: P(i before j) in either.
    p, q = first.mean(axis=0), second.mean(axis=0)
    return float((p * (1 - q) + q * (1 - p)).sum())


def kendall_by_definition(a, b, p):
    """Fagin's four cases written out."""
    total = 0.0
    for i, j in itertools.combinations(sorted(set(a) | set(b)), 2):
        inside = [[x for x in (i, j) if x in top] for top in (a, b)]
        if len(inside[0]) == 2 and len(inside[1]) == 2:
            total += (a.index(i) < a.index(j)) != (b.index(i) < b.index(j))
        elif sorted(map(len, inside)) == [1, 2]:
            full, single = (a, inside[1][0]) if len(inside[0]) == 2 else (b, inside[0][0])
            other = j if single == i else i
            total += full.index(other) < full.index(single)
        elif len(inside[0]) == 1 and len(inside[1]) == 1:
            total += 1
        else:
            total += p
    return total


def footrule(a, b):
    absent = max(len(a), len(b)) + 1
    place = lambda top, i: top.index(i) + 1 if i in top else absent
    return float(sum(abs(place(a, i) - place(b, i)) for i in set(a) | set(b)))


DEPTH = 4000  # 0.95 ** 4000 is below 1e-89.


def rbo_extrapolated(a, b, p):
    """The series itself: the agreement of the longer list's end goes on for ever, and so does the shorter list's rate."""
    short, long = sorted((a, b), key=len)
    s, l = len(short), len(long)
    overlap = lambda d: len(set(short[:d]) & set(long[:d]))
    total, agreement = 0.0, 0.0
    for d in range(1, DEPTH):
        if d <= l:
            expected = overlap(s) / s * (d - s) if d > s else 0.0
            agreement = (overlap(d) + expected) / d
        total += (1 - p) * p ** (d - 1) * agreement
    return total


def rbo_minimum(a, b, p):
    """The series of the two lists continued by items that never meet."""
    long = max(len(a), len(b))
    total = 0.0
    for d in range(1, DEPTH):
        total += (1 - p) * p ** (d - 1) * len(set(a[: min(d, long)]) & set(b[: min(d, long)])) / d
    return total


def ballot(n, length):
    return random.sample(range(n), length)


def round_case():
    n = random.randint(2, 7)
    m = random.randint(2, 9)
    if random.random() < 0.5:
        lengths = [random.randint(1, n)] * m
    else:
        lengths = [random.randint(1, n) for _ in range(m)]
    ballots = [ballot(n, k) for k in lengths]
    if random.random() < 0.3:  # like-minded ballots, so that the tail of chi square is visited too
        ballots = [ballots[0][:k] if random.random() < 0.8 and len(ballots[0]) >= k else b for k, b in zip(lengths, ballots)]
    return {
        "candidates": n,
        "ballots": ballots,
        "concordance": concordance(ballots, n),
        "borda": borda(ballots, n),
        "kemeny": kemeny(ballots, n),
        "schulze": schulze(ballots, n),
        "spread": spread(ballots, n),
    }


def pair_case():
    n = random.randint(2, 9)
    a, b = (ballot(n, random.randint(1, min(n, 5))) for _ in range(2))
    p = random.choice([0.5, 0.8, 0.9, 0.95])
    penalty = random.choice([0.0, 0.25, 1.0])
    return {
        "a": a,
        "b": b,
        "p": p,
        "penalty": penalty,
        "rbo_extrapolated": rbo_extrapolated(a, b, p),
        "rbo_minimum": rbo_minimum(a, b, p),
        "kendall_neutral": kendall_mean_over_completions(a, b),
        "kendall_penalty": kendall_by_definition(a, b, penalty),
        "footrule": footrule(a, b),
    }


def tau_case():
    while True:
        n = random.randint(2, 12)
        x, y = ([random.randint(0, random.choice([2, 20])) for _ in range(n)] for _ in range(2))
        if len(set(x)) > 1 and len(set(y)) > 1:
            return {"x": x, "y": y, "tau": stats.kendalltau(x, y).statistic}


def ratings_case():
    """Ratings with ties in the middle, as no ballot has them."""
    n, m = random.randint(3, 12), random.randint(2, 8)
    while True:
        ratings = [[random.randint(1, 6) for _ in range(n)] for _ in range(m)]
        if any(len(set(r)) > 1 for r in ratings):
            chi_square, p_value = stats.friedmanchisquare(*np.array(ratings).T)
            return {"ratings": ratings, "w": chi_square / (m * (n - 1)), "p_value": p_value}


def chance_case(lengths, n, draws=200_000):
    """W of random rounds: PCG64 and argsort here, ChaCha and a partial shuffle in the crate."""
    rng = np.random.default_rng(7)
    m = len(lengths)
    w = []
    for _ in range(0, draws, 10_000):
        totals = np.zeros((10_000, n))
        for k in lengths:
            places = rng.random((10_000, n)).argsort(axis=1) + 1.0
            totals += np.where(places <= k, places, (k + 1 + n) / 2)
        s = ((totals - m * (n + 1) / 2) ** 2).sum(axis=1)
        ties = sum((n - k) ** 3 - (n - k) for k in lengths)
        w.append(12 * s / (m * m * (n**3 - n) - m * ties))
    low, high = np.quantile(np.concatenate(w), [0.94, 0.96], method="inverted_cdf")
    return {"lengths": lengths, "candidates": n, "low": low, "high": high}


CHANCE = [([5] * 3, 6), ([5] * 8, 12), ([5] * 12, 20), ([3] * 5, 10), ([10] * 15, 10), ([1, 2, 5, 5, 5, 4], 9), ([40] * 50, 40)]


def plain(value):
    """NumPy numbers to Python's, which print the shortest text that reads back the same."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return value.item() if isinstance(value, np.generic) else value


if __name__ == "__main__":
    cases = {
        "rounds": [round_case() for _ in range(200)],
        "pairs": [pair_case() for _ in range(300)],
        "taus": [tau_case() for _ in range(100)],
        "ratings": [ratings_case() for _ in range(60)],
        "chance": [chance_case(lengths, n) for lengths, n in CHANCE],
    }
    lines = ",\n".join(
        f'"{name}": [\n' + ",\n".join(json.dumps(plain(case), allow_nan=False) for case in group) + "\n]"
        for name, group in cases.items()
    )
    pathlib.Path(__file__).with_suffix(".json").write_text("{\n" + lines + "\n}\n")
