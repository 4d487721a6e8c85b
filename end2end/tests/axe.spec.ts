import { AxeBuilder } from "@axe-core/playwright";

import { everyPage } from "../fixtures/pages.ts";
import { expect, test } from "../fixtures/test.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no violation on any page, ${colorScheme}`, async ({ app, page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found: string[] = [];
    await everyPage(app, async (name) => {
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      for (const { id, help, nodes } of violations) {
        const where = nodes.map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`).join("; ");
        found.push(`${name}: ${id}: ${help}: ${where}`);
      }
    });
    expect(found).toEqual([]);
  });
}
