// Returns a function that reads a CSS custom property. Computed style is live: after a change of theme it reads the
// new values.
export function themeVariables() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}
