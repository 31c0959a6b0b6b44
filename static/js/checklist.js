// A checklist under one thumb: an item not in order opens its words, "all the rest" ticks what is not ticked
// yet, and the form says when it was sent, which may be hours before it arrives.
(function () {
  "use strict";

  var form = document.querySelector("form[data-checklist]");
  if (!form) {
    return;
  }
  var lines = Array.prototype.slice.call(form.querySelectorAll("[data-line]"));

  function ticked(line) {
    var radio = line.querySelector("input[type=radio]:checked");
    return radio ? radio.value : "";
  }

  function follow(line) {
    var words = line.querySelector("[data-failed]");
    var failed = ticked(line) === "failed";
    words.hidden = !failed && !words.querySelector("textarea").value;
    words.open = !words.hidden;
  }

  form.addEventListener("change", function (event) {
    var line = event.target.closest("[data-line]");
    if (line && event.target.type === "radio") {
      follow(line);
    }
  });

  form.querySelector("[data-rest]").addEventListener("click", function (event) {
    event.preventDefault();
    lines.forEach(function (line) {
      if (!ticked(line)) {
        line.querySelector("input[value=good]").checked = true;
        follow(line);
      }
    });
    var says = form.querySelector("[data-rest-says]");
    says.textContent = says.dataset.restSays;
  });

  // Kept on the phone, the form is empty again for the next one.
  form.addEventListener("reset", function () {
    setTimeout(function () {
      lines.forEach(follow);
    });
  });

  document.addEventListener(
    "submit",
    function (event) {
      if (event.target === form) {
        form.querySelector("[data-now]").value = new Date().toISOString();
      }
    },
    true
  );

  lines.forEach(follow);
})();
