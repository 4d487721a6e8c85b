// Runs before anything is painted, and is short for that: what the first picture depends on.
{
  const page = document.documentElement.dataset;
  const known = (key) => {
    try {
      return JSON.parse(localStorage.getItem(`plumbline.${key}`));
    } catch {
      // No storage, or not ours.
      return null;
    }
  };
  // The preference, so that the page does not flash in the other theme.
  const theme = known("theme");
  if (theme === "light" || theme === "dark") page.theme = theme;
  // Nothing was ever opened here: the page says what Plumbline is while it loads (index.html).
  if (location.pathname === "/" && location.hash === "" && known("last-workspace") === null) page.first = "";
}
