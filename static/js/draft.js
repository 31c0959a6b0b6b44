// Keeps what is typed into form[data-draft] on this device, brings it back after a reload or a lost
// connection, and hands it in only when the portal can be reached. The submission_id lives with the
// words, so that the same matter sent again is the same matter.
(function () {
  "use strict";

  var form = document.querySelector("form[data-draft]");
  if (!form || !window.DraftStore) {
    return;
  }
  var LEFT_OUT = ["csrfmiddlewaretoken", "photos", "kept_photos", "grid_token", "altcha", "everyday"];
  var PAUSE = 300;
  var PATIENCE = 8000;
  var waiting = 0;
  var emptied = false;

  function part(name) {
    return document.querySelector("[data-draft-" + name + "]");
  }

  function fields() {
    return Array.prototype.filter.call(form.elements, function (field) {
      var isOurs = field.name && LEFT_OUT.indexOf(field.name) < 0;
      return isOurs && ["submit", "button", "file"].indexOf(field.type) < 0;
    });
  }

  function told() {
    var values = {};
    fields().forEach(function (field) {
      values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    });
    return values;
  }

  function hasWords(values) {
    return Object.keys(values).some(function (name) {
      return name !== "submission_id" && values[name];
    });
  }

  function save() {
    clearTimeout(waiting);
    var values = told();
    if (emptied || !(hasWords(values) || form.querySelector("[data-photo]"))) {
      return;
    }
    if (DraftStore.write({ fields: values })) {
      part("kept").hidden = false;
    }
  }

  function restore(draft) {
    fields().forEach(function (field) {
      var value = draft.fields[field.name];
      if (value === undefined) {
        return;
      }
      if (field.type === "checkbox") {
        field.checked = value;
      } else {
        field.value = value;
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    part("restored").hidden = !hasWords(draft.fields);
    part("kept").hidden = false;
  }

  function empty() {
    emptied = true;
    DraftStore.clear().then(function () {
      history.replaceState(null, "");
      location.replace(form.dataset.draft);
    });
  }

  // --- handing in ---------------------------------------------------------------------------
  function reachable() {
    if (navigator.onLine === false) {
      return Promise.resolve(false);
    }
    var asked = fetch(form.dataset.ping, { cache: "no-store" }).then(
      function (answer) {
        return answer.ok;
      },
      function () {
        return false;
      }
    );
    var late = new Promise(function (resolve) {
      setTimeout(resolve, PATIENCE, false);
    });
    return Promise.race([asked, late]);
  }

  document.addEventListener(
    "submit",
    function (event) {
      if (event.target !== form || form.dataset.reached) {
        delete form.dataset.reached;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      save();
      var button = event.submitter || form.querySelector("[data-send]");
      if (button.hasAttribute("aria-busy")) {
        return;
      }
      button.setAttribute("aria-busy", "true");
      part("offline").hidden = true;
      reachable().then(function (isReachable) {
        button.removeAttribute("aria-busy");
        if (isReachable) {
          form.dataset.reached = "1";
          button.click();
          return;
        }
        part("offline").hidden = false;
        part("offline").scrollIntoView({ block: "center" });
      });
    },
    true
  );

  window.addEventListener("online", function () {
    part("offline").hidden = true;
  });

  // --- from the page's first moment -------------------------------------------------------------
  function keepSaving() {
    ["input", "change"].forEach(function (kind) {
      form.addEventListener(kind, function () {
        clearTimeout(waiting);
        waiting = setTimeout(save, PAUSE);
      });
    });
    window.addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", function () {
      if (document.hidden) {
        save();
      }
    });
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-draft-empty]")) {
      empty();
    }
  });

  // It became a voice for somebody else's matter (js/similar.js).
  document.addEventListener("wangguan:followed", function () {
    emptied = true;
    DraftStore.clear();
  });

  document.addEventListener("wangguan:step", function () {
    part("restored").hidden = true;
  });

  var draft = DraftStore.read();
  if (form.hasAttribute("data-came-back")) {
    save();
  } else if (draft) {
    restore(draft);
  }
  keepSaving();
})();
