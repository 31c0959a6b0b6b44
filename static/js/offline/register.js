// Lets the phone keep the workers' pages: starts the service worker and hands it the addresses worth
// keeping. A session that is over leaves nothing behind.
(function () {
  var page = document.querySelector("[data-offline]");
  if (!("serviceWorker" in navigator) || !page.dataset.who) {
    return;
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
    return window.wangguanSend.ask("/worker/offline.json", { cache: "no-store" }, 30000).then(function (answer) {
      if (answer.status === 401 || answer.status === 403) {
        return hand({ wipe: true });
      }
      if (answer.status !== 200) {
        return null;
      }
      return hand({ who: answer.said.who, pages: answer.said.pages }).then(function () {
        document.documentElement.dataset.ready = "offline";
      });
    });
  }

  document.addEventListener("wangguan:sending", function (event) {
    if (event.detail.delivered) {
      hand({ renew: event.detail.delivered });
    }
    if (event.detail.also) {
      hand({ renew: event.detail.also });
    }
  });
  window.addEventListener("load", function () {
    // Unsent work is the last thing a full phone should throw away.
    if (navigator.storage && navigator.storage.persist) {
      navigator.storage.persist();
    }
    navigator.serviceWorker.register("/sw.js", { scope: "/" }).then(keep).catch(function () {
      // A browser that may not keep anything still reads with a signal.
    });
  });
})();
