// The wall screen keeps itself fresh: every twenty seconds a new board; without a connection the last
// one stays, says since when, and the tries grow apart up to five minutes. Nobody has to come and press.
(function () {
  "use strict";
  var screen = document.querySelector("[data-part]");
  var board = screen && screen.querySelector("[data-board]");
  if (!board) {
    return;
  }
  var EVERY = 20000;
  var LONGEST = 300000;
  var PATIENCE = 15000;
  var clock = screen.querySelector("[data-clock]");
  var lost = screen.querySelector("[data-lost]");
  var pause = EVERY;
  var since = null;

  function hour(moment) {
    // The street's time, wherever the television thinks it stands.
    return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  }

  function tick() {
    clock.textContent = hour(new Date());
  }

  function again() {
    setTimeout(ask, pause);
  }

  function fine() {
    since = null;
    pause = EVERY;
    lost.hidden = true;
  }

  function failed() {
    since = since || new Date();
    pause = Math.min(pause * 1.5, LONGEST);
    lost.textContent = lost.dataset.says + " " + hour(since);
    lost.hidden = false;
  }

  function ask() {
    var stop = new AbortController();
    var timer = setTimeout(function () {
      stop.abort();
    }, PATIENCE);
    fetch(screen.dataset.part, { credentials: "same-origin", cache: "no-store", redirect: "manual", signal: stop.signal })
      .then(function (answer) {
        if (answer.status === 403 || answer.type === "opaqueredirect") {
          // Revoked, or the person signed out: the page itself says what to do.
          window.location.reload();
          return null;
        }
        if (!answer.ok) {
          throw new Error("no board");
        }
        return answer.text();
      })
      .then(function (part) {
        if (part !== null) {
          board.innerHTML = part;
          fine();
        }
      })
      .catch(failed)
      .then(function () {
        clearTimeout(timer);
        again();
      });
  }

  tick();
  setInterval(tick, 5000);
  again();
})();
