// One long form as three short steps. Each [data-step] is shown alone; a step is left only when what
// it needs is there. The browser's back button goes one step back. Without this script the whole form shows.
(function () {
  var form = document.querySelector("form[data-steps]");
  if (!form) {
    return;
  }
  var steps = Array.prototype.slice.call(form.querySelectorAll("[data-step]"));
  var now = 0;
  form.noValidate = true;

  function say(field, words) {
    var holder = field.closest("[data-field]");
    holder.classList.toggle("field-error", Boolean(words));
    var old = holder.querySelector("[data-said]");
    if (old) {
      old.remove();
    }
    if (words) {
      var said = document.importNode(form.querySelector("template[data-says]").content, true).firstElementChild;
      said.querySelector("span").textContent = words;
      holder.appendChild(said);
      field.focus();
    }
  }

  // The server's own sentences stand beside the fields they are about.
  function complaint(field) {
    if (field.type === "checkbox") {
      return field.checked ? "" : field.dataset.required;
    }
    var length = field.value.trim().length;
    if (!length) {
      return field.dataset.required || "";
    }
    return length < Number(field.dataset.least || 0) ? field.dataset.tooShort : "";
  }

  function isFine(step) {
    return Array.prototype.every.call(step.querySelectorAll("[data-required]"), function (field) {
      var words = complaint(field);
      say(field, words);
      return !words;
    });
  }

  function show(index, quietly) {
    now = Math.max(0, Math.min(index, steps.length - 1));
    steps.forEach(function (step, place) {
      step.hidden = place !== now;
    });
    if (!quietly) {
      var heading = steps[now].querySelector("legend");
      heading.tabIndex = -1;
      heading.focus();
      window.scrollTo(0, 0);
    }
    document.dispatchEvent(new CustomEvent("wangguan:step", { detail: { step: now + 1 } }));
  }

  function go(index) {
    history.pushState({ step: index }, "");
    show(index);
  }

  steps.forEach(function (step, place) {
    step.querySelectorAll("[data-next]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        if (isFine(step)) {
          go(place + 1);
        }
      });
    });
    step.querySelectorAll("[data-previous]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        history.back();
      });
    });
  });

  // Enter in a line of an earlier step goes on instead of sending half a form.
  form.addEventListener("keydown", function (event) {
    var next = steps[now].querySelector("[data-next]");
    if (event.key === "Enter" && event.target.tagName === "INPUT" && next) {
      event.preventDefault();
      next.click();
    }
  });

  form.addEventListener("submit", function (event) {
    var named = event.submitter && event.submitter.name;
    if (named) {
      return;
    }
    steps.some(function (step, place) {
      if (isFine(step)) {
        return false;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      show(place, true);
      return true;
    });
  });

  window.addEventListener("popstate", function (event) {
    show((event.state && event.state.step) || 0);
  });

  // What came back with something to mend opens where that is.
  var wrong = steps.findIndex(function (step) {
    return step.querySelector(".field-error");
  });
  var first = wrong >= 0 ? wrong : form.hasAttribute("data-at-end") ? steps.length - 1 : 0;
  history.replaceState({ step: first }, "");
  show(first, true);
  form.hidden = false;
})();
