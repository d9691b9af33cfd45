// How strong a new password is: how many bits somebody has to guess who knows from which signs it is made. A sign that
// repeats the one before it, or follows it as in "abc" or "321", adds nothing.

const SIGNS = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 33]];

function bits(password) {
  const codes = [...password].map((sign) => sign.codePointAt(0));
  const surprising = codes.filter((code, place) => place === 0 || Math.abs(code - codes[place - 1]) > 1);
  const signs = SIGNS.reduce((sum, [kind, count]) => sum + (kind.test(password) ? count : 0), 0);
  const several = new Set(codes).size > 4;
  return several ? surprising.length * Math.log2(signs) : 0;
}

function words(found, meter) {
  if (found < meter.low) return "Weak: easily guessed. Make it longer, or less regular.";
  if (found < meter.high) return "Fair. Another word makes it strong.";
  return "Strong.";
}

document.querySelectorAll("[data-strength-of]").forEach((box) => {
  const field = document.getElementById(box.dataset.strengthOf);
  const [meter, output] = [box.querySelector("meter"), box.querySelector("output")];
  field.addEventListener("input", () => {
    box.hidden = !field.value;
    meter.value = bits(field.value);
    output.value = words(meter.value, meter);
  });
});
