import { type Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";

const background = (page: Page) =>
  page.evaluate(() => {
    const colour = getComputedStyle(document.documentElement).backgroundColor;
    const [red = 0, green = 0, blue = 0] = colour.match(/\d+/g)?.map(Number) ?? [];
    return (red + green + blue) / 3 < 64 ? "dark" : "light";
  });

test("the choice of the dark theme survives a reload", async ({ app, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await app.openSample();
  await app.shell.go("Settings");
  expect(await background(page)).toBe("light");

  await app.settings.theme.getByRole("radio", { name: "Dark" }).check();
  await expect.poll(() => background(page)).toBe("dark");

  await page.reload();
  await expect(app.settings.theme.getByRole("radio", { name: "Dark" })).toBeChecked();
  expect(await background(page)).toBe("dark");

  await app.settings.theme.getByRole("radio", { name: "As the device" }).check();
  await expect.poll(() => background(page)).toBe("light");
});
