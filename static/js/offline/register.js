// Lets the phone keep the workers' pages: starts the service worker and hands it the addresses worth
// keeping, at most every ten minutes. A session that is over leaves nothing behind.
(function () {
  var EVERY = 10 * 60 * 1000;
  var LAST = "wangguan:kept";
  var page = document.querySelector("[data-offline]");
  if (!("serviceWorker" in navigator) || !page.dataset.who) {
    return;
  }

  function last() {
    try {
      return JSON.parse(localStorage.getItem(LAST)) || {};
    } catch (error) {
      return {};
    }
  }

  function remember(value) {
    try {
      localStorage.setItem(LAST, JSON.stringify(value));
    } catch (error) {
      // Then they are handed over at every page.
    }
  }

  function hand(words) {
    return navigator.serviceWorker.ready.then(function (registration) {
      return new Promise(function (done) {
        var channel = new MessageChannel();
        channel.port1.onmessage = done;
        registration.active.postMessage(words, [channel.port2]);
      });
    });
  }

  function keep() {
    var before = last();
    if (before.who === page.dataset.who && Date.now() - before.at < EVERY) {
      return null;
    }
    return window.wangguanSend.ask("/worker/offline.json", { cache: "no-store" }, 30000).then(function (answer) {
      if (answer.status === 401 || answer.status === 403) {
        remember({});
        return hand({ wipe: true });
      }
      if (answer.status !== 200) {
        return null;
      }
      return hand({ who: answer.said.who, pages: answer.said.pages }).then(function () {
        remember({ who: answer.said.who, at: Date.now() });
        document.documentElement.dataset.ready = "offline";
      });
    });
  }

  window.addEventListener("load", function () {
    navigator.serviceWorker.register("/sw.js", { scope: "/" }).then(keep).catch(function () {
      // A browser that may not keep anything still reads with a signal.
    });
  });
})();
