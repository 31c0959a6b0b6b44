// Sends what waits, one after the other, in the order it was written: when the signal returns, when a page
// opens or comes to the front, and every half minute. Each item keeps its own key, so that sending it
// twice has one effect. What the server refuses stays, with its reason, until its owner decides.
window.wangguanSend = (function () {
  var EVERY = 30000;
  var PATIENCE = 120000;
  var page = document.querySelector("[data-offline]");
  var store = window.wangguanStore;
  var who = page.dataset.who;
  var running = null;

  function tell(state) {
    document.dispatchEvent(new CustomEvent("wangguan:sending", { detail: state }));
  }

  function ask(address, options, patience) {
    var stop = new AbortController();
    var late = setTimeout(function () {
      stop.abort();
    }, patience);
    options.signal = stop.signal;
    options.credentials = "same-origin";
    options.headers = Object.assign({ Accept: "application/json" }, options.headers);
    return fetch(address, options).then(function (answer) {
      return answer.json().catch(function () {
        return {};
      }).then(function (said) {
        return { status: answer.status, said: said };
      });
    }).finally(function () {
      clearTimeout(late);
    });
  }

  function body(item) {
    var data = new FormData();
    item.fields.forEach(function (field) {
      data.append(field[0], field[1]);
    });
    if (item.version) {
      data.append("version", item.version);
    }
    item.photos.forEach(function (photo) {
      data.append("photos", photo.blob, photo.name);
    });
    return data;
  }

  // Later items for the same ticket saw it before this one moved it: they follow it. Had anybody else
  // moved it in between, the numbers would not fit and the server refuses them.
  function follow(sent, version) {
    return store.items(who).then(function (items) {
      return Promise.all(items.filter(function (item) {
        return item.page === sent.page && version && Number(item.version) === version - 1;
      }).map(function (item) {
        item.version = String(version);
        return store.put(item);
      }));
    });
  }

  function refused(item, sentence) {
    item.state = "refused";
    item.sentence = sentence || page.dataset.notTaken;
    return store.put(item);
  }

  // True when the next one may go.
  function one(item, csrf) {
    tell({ key: item.key });
    return ask(item.path, { method: "POST", body: body(item), headers: { "X-CSRFToken": csrf } }, PATIENCE).then(function (answer) {
      if (answer.status === 200 && answer.said.ok) {
        return follow(item, answer.said.version).then(function () {
          return store.deliver(item);
        }).then(function () {
          return true;
        });
      }
      if (answer.status === 401) {
        tell({ over: true });
        return false;
      }
      if (answer.status === 429 || answer.status >= 500 || answer.status < 400) {
        return false;
      }
      return refused(item, answer.said.sentence).then(function () {
        return true;
      });
    });
  }

  function next(csrf) {
    return store.items(who).then(function (items) {
      var item = items.find(function (each) {
        return each.state === "waiting";
      });
      return item && one(item, csrf).then(function (go) {
        return go ? next(csrf) : null;
      });
    });
  }

  function round() {
    return store.items(who).then(function (items) {
      var waits = items.some(function (item) {
        return item.state === "waiting";
      });
      return waits && ask("/worker/offline.json", { cache: "no-store" }, PATIENCE).then(function (answer) {
        if (answer.status === 401) {
          tell({ over: true });
        } else if (answer.status === 200 && answer.said.who === who) {
          return next(answer.said.csrf);
        }
        return null;
      });
    }).catch(function () {
      // No signal, or no room to keep anything: it is tried again.
    });
  }

  // Only one page of the browser sends at a time, where it can tell; the keys hold in any case.
  function run() {
    running = running || (navigator.locks ? navigator.locks.request("wangguan-send", round) : round()).finally(function () {
      running = null;
      tell({});
    });
    return running;
  }

  window.addEventListener("online", run);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) {
      run();
    }
  });
  setInterval(run, EVERY);
  run();
  return { run: run, ask: ask };
})();
