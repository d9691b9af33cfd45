// Estimates the strength of a new password: the bits that remain to be guessed by somebody who knows which kinds of
// characters it has. A character that repeats the one before it, or follows it as in "abc" or "321", adds nothing.

const CHARACTERS = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 33]];
const MIN_DIFFERENT = 5; // characters

function bits(password) {
  const codes = [...password].map((character) => character.codePointAt(0));
  const surprising = codes.filter((code, i) => i === 0 || Math.abs(code - codes[i - 1]) > 1);
  const alphabet = CHARACTERS.reduce((sum, [kind, count]) => sum + (kind.test(password) ? count : 0), 0);
  if (new Set(codes).size < MIN_DIFFERENT) return 0;
  return surprising.length * Math.log2(alphabet);
}

function verdict(strength, meter) {
  if (strength < meter.low) return "Weak: easily guessed. Make it longer, or less regular.";
  if (strength < meter.high) return "Fair. Another word makes it strong.";
  return "Strong.";
}

document.querySelectorAll("[data-strength-of]").forEach((box) => {
  const field = document.getElementById(box.dataset.strengthOf);
  const [meter, output] = [box.querySelector("meter"), box.querySelector("output")];
  field.addEventListener("input", () => {
    box.hidden = !field.value;
    meter.value = bits(field.value);
    output.value = verdict(meter.value, meter);
  });
});
