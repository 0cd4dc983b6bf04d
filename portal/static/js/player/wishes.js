// How somebody likes to listen, kept for them on this device.

const kept = `listen:${document.documentElement.dataset.who ?? ""}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(kept)) ?? {};
  } catch {
    return {};
  }
}

// Ticks what was chosen before, calls `changed(name, value)` for each and whenever another is chosen.
export function wishes(form, changed) {
  const values = read();
  const fields = [...form.querySelectorAll("input")];
  for (const field of fields) {
    if (!(field.name in values)) continue;
    field.checked = field.type === "checkbox" ? Boolean(values[field.name]) : field.value === values[field.name];
  }
  const tell = (field) => changed(field.name, field.type === "checkbox" ? field.checked : field.value);
  for (const field of fields) if (field.type === "checkbox" || field.checked) tell(field);
  form.addEventListener("change", ({ target }) => {
    tell(target);
    if (!("kept" in target.dataset)) return;
    values[target.name] = target.type === "checkbox" ? target.checked : target.value;
    try {
      localStorage.setItem(kept, JSON.stringify(values));
    } catch {
      // Forbidden or full: then it holds for this lesson only.
    }
  });
}
