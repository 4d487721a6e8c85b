import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { everyPage, everySharedPage } from "../fixtures/pages.ts";
import { test as shared } from "../fixtures/people.ts";
import { expect, test } from "../fixtures/test.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds on a page as it stands, in lines. */
async function violationsOn(page: Page, name: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`).join("; ");
    return `${name}: ${id}: ${help}: ${where}`;
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds no violation on any page, ${colorScheme}`, async ({ app, page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found: string[] = [];
    await everyPage(app, async (name) => void found.push(...(await violationsOn(page, name))));
    expect(found).toEqual([]);
  });

  shared(`axe finds no violation in a shared workspace, ${colorScheme}`, async ({ team }) => {
    shared.slow();
    const found: string[] = [];
    await everySharedPage(team, async ({ page }, name) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      found.push(...(await violationsOn(page, name)));
    });
    expect(found).toEqual([]);
  });
}
