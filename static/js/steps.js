// A long form as short steps: one fieldset[data-step] at a time. Next is refused with the server's own
// sentences, Back is the browser's too, Enter goes on and never sends early. Each step that is shown
// fires "wangguan:step" at the document.
(function () {
  "use strict";

  var form = document.querySelector("form[data-steps]");
  if (!form) {
    return;
  }
  var steps = Array.prototype.slice.call(form.querySelectorAll("fieldset[data-step]"));
  var last = steps.length;
  var current = 0;

  // --- what is wrong with a field, in the server's words ------------------------------------
  function digits(text) {
    return text
      .normalize("NFKC")
      .replace(/[\s\-()]/g, "")
      .replace(/^(\+|00)?86(?=1)/, "");
  }

  function complaint(field) {
    var says = field.dataset;
    var value = field.value.trim();
    if (says.saysRequired && (field.type === "checkbox" ? !field.checked : !value)) {
      return says.saysRequired;
    }
    if (says.saysShort && value && value.length < field.minLength) {
      return says.saysShort;
    }
    if (says.saysPhone && value && !/^1[3-9]\d{9}$/.test(digits(value))) {
      return says.saysPhone.replace("%(count)s", digits(value).length);
    }
    return "";
  }

  // One of several may answer a step: a place is a code, a pin, an address or "I cannot say".
  function complaintOfAll(step) {
    var names = (step.dataset.oneOf || "").split(" ").filter(Boolean);
    var isAnswered = names.some(function (name) {
      var field = form.elements[name];
      return field && (field.type === "checkbox" ? field.checked : field.value.trim());
    });
    return names.length && !isAnswered ? step.dataset.saysOneOf : "";
  }

  function say(field, sentence) {
    var box = field.closest("[data-field]") || field.closest("label").parentNode;
    var old = box.querySelector("[data-says]") || document.getElementById(field.id + "_error");
    if (old) {
      old.remove();
    }
    box.classList.toggle("field-error", Boolean(sentence));
    field.toggleAttribute("aria-invalid", Boolean(sentence));
    var described = (field.getAttribute("aria-describedby") || "").replace(field.id + "_error", "").trim();
    if (sentence) {
      var note = form.querySelector("[data-step-says]").content.firstElementChild.cloneNode(true);
      note.id = field.id + "_error";
      note.setAttribute("data-says", "");
      note.querySelector("[data-sentence]").textContent = sentence;
      box.appendChild(note);
      field.setAttribute("aria-invalid", "true");
      described = (described + " " + note.id).trim();
    }
    if (described) {
      field.setAttribute("aria-describedby", described);
    } else {
      field.removeAttribute("aria-describedby");
    }
  }

  function mend(step) {
    var wrong = [];
    step.querySelectorAll("input, textarea, select").forEach(function (field) {
      var sentence = field.name ? complaint(field) : "";
      if (sentence || field.hasAttribute("aria-invalid")) {
        say(field, sentence);
      }
      if (sentence) {
        wrong.push(field);
      }
    });
    var ofAll = complaintOfAll(step);
    if (ofAll && !wrong.length) {
      var first = form.elements[step.dataset.oneOf.split(" ")[0]];
      say(first, ofAll);
      wrong.push(first);
    }
    if (wrong.length) {
      wrong[0].focus();
    }
    return !wrong.length;
  }

  // --- which step stands there --------------------------------------------------------------
  function show(number, quietly) {
    current = number;
    form.querySelectorAll("[data-step], [data-with-step]").forEach(function (part) {
      part.hidden = Number(part.dataset.step || part.dataset.withStep) !== number;
    });
    document.querySelectorAll("[data-first-step]").forEach(function (part) {
      part.hidden = number !== 1;
    });
    if (!quietly) {
      steps[number - 1].querySelector("legend").focus();
      window.scrollTo(0, 0);
    }
    document.dispatchEvent(new CustomEvent("wangguan:step", { detail: { step: number } }));
  }

  function next() {
    if (current < last && mend(steps[current - 1])) {
      history.pushState({ step: current + 1, pushed: true }, "");
      show(current + 1);
    }
  }

  function back() {
    if (history.state && history.state.pushed) {
      history.back();
      return;
    }
    history.replaceState({ step: current - 1 }, "");
    show(current - 1);
  }

  // The first step with something to mend, for a form that would be sent.
  function firstWrong() {
    for (var number = 1; number <= last; number++) {
      var isFine = Array.prototype.every.call(
        steps[number - 1].querySelectorAll("input[name], textarea, select"),
        function (field) {
          return !complaint(field);
        }
      );
      if (!isFine) {
        return number;
      }
    }
    return 0;
  }

  window.addEventListener("popstate", function (event) {
    show((event.state && event.state.step) || 1);
  });

  form.addEventListener("click", function (event) {
    if (event.target.closest("[data-next]")) {
      next();
    } else if (event.target.closest("[data-back]")) {
      back();
    }
  });

  // Once complained of, a field is looked at again as soon as it is mended.
  form.addEventListener("input", function (event) {
    if (event.target.hasAttribute("aria-invalid") && !complaint(event.target)) {
      say(event.target, "");
    }
  });

  document.addEventListener(
    "submit",
    function (event) {
      var submitter = event.submitter;
      if (event.target !== form || (submitter && submitter.formNoValidate)) {
        return;
      }
      if (current < last && !(submitter && submitter.name)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        next();
        return;
      }
      var wrong = firstWrong();
      if (wrong) {
        event.preventDefault();
        event.stopImmediatePropagation();
        if (wrong !== current) {
          show(wrong);
        }
        mend(steps[wrong - 1]);
      }
    },
    true
  );

  // --- shortcuts: everyday kinds for the long list, first words for an empty box ------------------
  form.querySelectorAll("[data-shortcut]").forEach(function (group) {
    group.hidden = false;
    var field = form.elements[group.dataset.shortcut];
    var radios = group.querySelectorAll("input[type=radio]");
    function follow() {
      radios.forEach(function (radio) {
        radio.checked = radio.value === field.value;
      });
    }
    radios.forEach(function (radio) {
      radio.addEventListener("click", function () {
        field.value = radio.value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
    if (radios.length) {
      // The whole list stands below the usual ones now: it is for the rest.
      field.closest("[data-label]").querySelector(".field-label").textContent =
        field.closest("[data-label]").dataset.label;
      field.addEventListener("change", follow);
      follow();
    }
    var starters = Array.prototype.slice.call(group.querySelectorAll("button"));
    starters.forEach(function (starter) {
      starter.addEventListener("click", function () {
        var isOurs = starters.some(function (other) {
          return other.value === field.value;
        });
        if (isOurs || !field.value.trim()) {
          field.value = starter.value;
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }
        field.focus();
      });
    });
  });

  form.noValidate = true;
  form.querySelectorAll("[data-step-nav]").forEach(function (part) {
    part.hidden = false;
  });
  var opened = Number(form.dataset.steps) || 1;
  // A reload stays where it was; a form that was handed in begins anew.
  var kept = window.DraftStore && DraftStore.read() && history.state && history.state.step;
  if (opened === 1 && kept && !form.hasAttribute("data-came-back")) {
    opened = kept;
  } else {
    history.replaceState({ step: opened }, "");
  }
  show(opened, !form.hasAttribute("data-came-back"));
})();
