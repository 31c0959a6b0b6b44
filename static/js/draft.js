// What somebody typed stays on this device until it is handed in, for a day at most: a reload, a call,
// a lost signal lose nothing. The draft keeps the form's own key, so that sending again is the same matter.
(function () {
  var KEY = "wangguan:draft";
  var KEEP = 24 * 3600 * 1000;
  var PHOTOS_KEEP = 55 * 60 * 1000;
  var form = document.querySelector("form[data-draft]");

  function read() {
    try {
      var draft = JSON.parse(localStorage.getItem(KEY));
      return draft && Date.now() - draft.at < KEEP ? draft : null;
    } catch (error) {
      return null;
    }
  }

  function forget() {
    try {
      localStorage.removeItem(KEY);
    } catch (error) {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  // The page of the matter that the draft became: it is handed in.
  var done = document.querySelector("[data-draft-done]");
  var last = read();
  if (!last || (done && last.fields.submission_id === done.dataset.draftDone)) {
    forget();
    last = null;
  }
  if (!form) {
    return;
  }

  function fields() {
    return Array.prototype.filter.call(form.elements, function (field) {
      var kept = ["text", "tel", "textarea", "select-one"].indexOf(field.type) >= 0;
      return field.name && (kept || field.name === "submission_id" || field.name === "may_publish");
    });
  }

  function save() {
    var draft = { at: Date.now(), fields: {}, photos: [] };
    fields().forEach(function (field) {
      draft.fields[field.name] = field.type === "checkbox" ? field.checked : field.value;
    });
    form.querySelectorAll("[data-tile] [name=kept_photos]").forEach(function (kept) {
      draft.photos.push({ id: kept.value, preview: kept.parentNode.querySelector("img").src });
    });
    if (!draft.fields.description && !draft.photos.length) {
      return;
    }
    try {
      localStorage.setItem(KEY, JSON.stringify(draft));
    } catch (error) {
      // Private windows and full phones keep nothing; the form works all the same.
    }
  }

  function restore(draft) {
    fields().forEach(function (field) {
      var value = draft.fields[field.name];
      if (field.type === "checkbox") {
        field.checked = value === true;
      } else if (value) {
        field.value = value;
      }
    });
    var fresh = Date.now() - draft.at < PHOTOS_KEEP;
    var box = form.querySelector("[data-photos]");
    if (box && fresh) {
      box.dispatchEvent(new CustomEvent("wangguan:restore", { detail: draft.photos }));
    }
    var notice = document.querySelector("[data-draft-notice]");
    notice.hidden = false;
    notice.querySelector("[data-photos-gone]").hidden = fresh || !draft.photos.length;
    notice.querySelector("button").addEventListener("click", function () {
      forget();
      location.replace(location.pathname);
    });
  }

  // A form that the server sent back holds what was typed already.
  if (last && !form.hasAttribute("data-returned")) {
    restore(last);
  }
  var soon;
  function saveSoon() {
    clearTimeout(soon);
    soon = setTimeout(save, 300);
  }
  form.addEventListener("input", saveSoon);
  form.addEventListener("change", saveSoon);
  form.addEventListener("wangguan:changed", saveSoon);
  window.addEventListener("pagehide", save);

  form.addEventListener("submit", function (event) {
    save();
    var notice = document.querySelector("[data-no-signal]");
    notice.hidden = navigator.onLine;
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      notice.scrollIntoView({ block: "center" });
    }
  });
  window.addEventListener("online", function () {
    document.querySelector("[data-no-signal]").hidden = true;
  });
})();
