// A tap on a standard text puts it into the box below it. What was typed by hand stays above it.
document.querySelectorAll("[data-fills]").forEach(function (choices) {
  var box = choices.closest("form").elements[choices.dataset.fills];
  var filled = "";
  choices.querySelector("button").hidden = true;
  choices.addEventListener("change", function (event) {
    var text = event.target.dataset.text;
    var typed = box.value.trim();
    if (!text) {
      return;
    }
    if (filled && typed.slice(-filled.length) === filled) {
      typed = typed.slice(0, -filled.length).trim();
    }
    box.value = typed ? typed + "\n" + text : text;
    filled = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
});
