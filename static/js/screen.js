// The wall screen keeps itself fresh: every twenty seconds a new board; without a connection the last
// one stays and says of when it is, and the tries grow apart up to a minute. Nobody has to come and press:
// the first answer puts it right, and a new version of the portal, or a revoked token, loads the page anew.
(function () {
  var screen = document.querySelector("[data-part]");
  if (!screen) {
    return;
  }
  var every = Number(screen.dataset.every) * 1000;
  var soon = 2000;
  var longest = 60000;
  var patience = 15000;
  var china = 8 * 3600 * 1000;
  var clock = screen.querySelector("[data-clock]");
  var lost = screen.querySelector("[data-lost]");
  var pause = every;
  var ahead = 0; // the server's clock less the television's

  function board() {
    return screen.querySelector("[data-board]");
  }

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  // The street's time, wherever the television thinks it stands.
  function hour(moment) {
    var at = new Date(moment + china);
    return two(at.getUTCHours()) + ":" + two(at.getUTCMinutes());
  }

  function tick() {
    clock.textContent = hour(Date.now() + ahead);
  }

  function learn() {
    ahead = Number(board().dataset.now) - Date.now();
    tick();
  }

  function show(text) {
    var came = new DOMParser().parseFromString(text, "text/html").querySelector("[data-board]");
    if (!came) {
      throw new Error("no board");
    }
    if (came.dataset.build !== board().dataset.build) {
      window.location.reload();
      return;
    }
    screen.replaceChild(document.importNode(came, true), board());
    fine();
  }

  function fine() {
    pause = every;
    lost.hidden = true;
    learn();
  }

  function failed() {
    pause = lost.hidden ? soon : Math.min(pause * 2, longest);
    lost.textContent = lost.dataset.says + " " + hour(Number(board().dataset.at));
    lost.hidden = false;
  }

  function ask() {
    var stop = new AbortController();
    var timer = setTimeout(function () {
      stop.abort();
    }, patience);
    fetch(screen.dataset.part, { credentials: "same-origin", cache: "no-store", redirect: "manual", signal: stop.signal })
      .then(function (answer) {
        if (answer.status === 403 || answer.type === "opaqueredirect") {
          // Revoked, or the person signed out: the page itself says what to do.
          window.location.reload();
        }
        if (!answer.ok) {
          throw new Error("no board");
        }
        return answer.text();
      })
      .then(show)
      .catch(failed)
      .then(function () {
        clearTimeout(timer);
        setTimeout(ask, pause);
      });
  }

  learn();
  setInterval(tick, 1000);
  setTimeout(ask, every);
})();
