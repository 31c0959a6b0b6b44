/* The desk by keyboard: j and k move along the matters, Enter opens (the link has the focus), a presses
   the first button, x chooses, / goes to the search, ? shows the help. They rest while somebody types. */
(function () {
  "use strict";
  var state = document.querySelector("[data-keys]");
  var help = document.querySelector("dialog.desk-keys");
  var opener = document.querySelector("[data-keys-help]");
  if (!state || !help || !help.showModal || state.dataset.keys !== "on") {
    return;
  }

  function rows() {
    return Array.prototype.slice.call(document.querySelectorAll("#desk [data-number]"));
  }

  function here() {
    var at = document.activeElement;
    return at ? at.closest("[data-number]") : null;
  }

  function go(step) {
    var list = rows();
    var at = list.indexOf(here());
    var next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1);
    var link = list[next] && list[next].querySelector("[data-open]");
    if (link) {
      link.focus();
      list[next].scrollIntoView({ block: "nearest" });
    }
  }

  function press(selector) {
    var row = here();
    var target = row && row.querySelector(selector);
    if (target) {
      target.click();
    }
  }

  function mark() {
    rows().forEach(function (row) {
      if (row.contains(document.activeElement)) {
        row.dataset.here = "";
      } else {
        delete row.dataset.here;
      }
    });
  }

  var does = {
    j: function () { go(1); },
    k: function () { go(-1); },
    a: function () { press("form[data-act] button"); },
    x: function () { press("input[type=checkbox]"); },
    "/": function () { document.querySelector(".desk-find input[type=search]").focus(); },
    "?": function () { help.showModal(); }
  };

  document.addEventListener("keydown", function (event) {
    var at = event.target;
    var types = at.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || types || !does[event.key]) {
      return;
    }
    event.preventDefault();
    does[event.key]();
  });
  document.addEventListener("focusin", mark);
  opener.hidden = false;
  opener.addEventListener("click", does["?"]);
})();
