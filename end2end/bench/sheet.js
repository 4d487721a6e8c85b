// Keeps the figures of a run, prints them and hands them on.

const rank = (sorted, fraction) => sorted[Math.max(Math.ceil(fraction * sorted.length) - 1, 0)];
const round = (number) => Math.round(number * 100) / 100;

export class Sheet {
  figures = [];

  constructor(print = console.log) {
    this.print = print;
    print(`${"milliseconds".padEnd(72)} ${["median", "best", "p99", "samples"].map((head) => head.padStart(9)).join(" ")}`);
  }

  /** Note the samples of one figure; `undefined` samples are things that did not happen, and are said to be missing. */
  add(name, all, note = "") {
    const samples = all.filter((sample) => Number.isFinite(sample)).sort((a, b) => a - b);
    const missing = all.length - samples.length;
    const words = [note, missing > 0 ? `${missing} of ${all.length} did not happen` : ""].filter(Boolean).join("; ");
    const [median, best, p99] = samples.length ? [0.5, 0, 0.99].map((at) => round(rank(samples, at))) : [null, null, null];
    this.figures.push({ name, median, best, p99, samples: samples.length, note: words });
    const columns = [median, best, p99].map((number) => (number === null ? "-" : number.toFixed(1)).padStart(9));
    this.print(`${name.padEnd(72)} ${columns.join(" ")} ${String(samples.length).padStart(9)}${words && `  ${words}`}`);
  }

  json() {
    return { unit: "ms", figures: this.figures };
  }
}
