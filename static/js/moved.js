// Asks every twenty seconds whether somebody else moved the matter; says so, and lets nothing typed be lost.
(function () {
  var bar = document.querySelector("[data-moved]");
  if (!bar) {
    return;
  }
  var EVERY = 20000;
  var key = "typed:" + location.pathname;

  function texts() {
    return Array.prototype.filter.call(
      document.querySelectorAll("main textarea[id], main input[type=text][id]"),
      function (box) {
        return !box.readOnly && box.value.trim() && box.value !== box.defaultValue;
      }
    );
  }

  function keep() {
    var typed = texts().map(function (box) {
      return [box.id, box.value];
    });
    sessionStorage.setItem(key, JSON.stringify(typed));
  }

  // Words of a step that is gone stand at the top, to be copied.
  function shelf() {
    if (!document.getElementById("typed-before")) {
      var card = document.getElementById("typed-card").content.cloneNode(true);
      bar.parentNode.insertBefore(card, bar.nextSibling);
    }
    return document.getElementById("typed-before");
  }

  function bringBack() {
    var typed = JSON.parse(sessionStorage.getItem(key) || "[]");
    sessionStorage.removeItem(key);
    typed.forEach(function (pair) {
      var box = document.getElementById(pair[0]) || shelf();
      box.value = box.value ? box.value + "\n" + pair[1] : pair[1];
      var step = box.closest("details");
      if (step) {
        step.open = true;
      }
    });
  }

  function show(says) {
    var notice = document.getElementById("moved-bar").content.cloneNode(true);
    notice.querySelector("span").textContent = says;
    notice.querySelector("a").addEventListener("click", keep);
    bar.textContent = "";
    bar.appendChild(notice);
  }

  function ask() {
    if (document.hidden || navigator.onLine === false) {
      return;
    }
    fetch(bar.dataset.moved + "?seen=" + bar.dataset.seen, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    })
      .then(function (response) {
        return response.json();
      })
      .then(function (answer) {
        if (answer.says && String(answer.version) !== bar.dataset.seen) {
          bar.dataset.seen = answer.version;
          show(answer.says);
        }
      })
      .catch(function () {});
  }

  bringBack();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
})();
