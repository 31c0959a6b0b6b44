// One tap fills a field: an example to start from, a kind of matter. Shown only where scripts run.
document.querySelectorAll("[data-fills]").forEach(function (row) {
  var field = document.getElementById(row.dataset.fills);
  row.hidden = false;
  function mark() {
    row.querySelectorAll("button").forEach(function (button) {
      if (button.hasAttribute("aria-pressed")) {
        button.setAttribute("aria-pressed", String(button.value === field.value));
      }
    });
  }
  row.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) {
      return;
    }
    var again = button.value === field.value && button.hasAttribute("aria-pressed");
    field.value = again ? "" : button.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    if (!button.hasAttribute("aria-pressed")) {
      field.focus();
    }
  });
  field.addEventListener("change", mark);
  mark();
});
