// Sends what waits, one after the other, in the order it was written: when the signal returns, when a page
// opens or comes to the front, and every half minute; sooner after a try that reached nobody, since a phone in
// a stairwell may believe that it has a signal, and then hears of none returning. Each item keeps its own key,
// so that sending it twice has one effect. What the server refuses stays, with its reason, until its owner
// decides.
window.wangguanSend = (function () {
  var EVERY = 30000;
  var SOON = 2000;
  var PATIENCE = 120000;
  var page = document.querySelector("[data-offline]");
  var store = window.wangguanStore;
  var who = page.dataset.who;
  var running = null;
  var pause = SOON;
  var timer = null;

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

  function body(item, version) {
    var data = new FormData();
    item.fields.forEach(function (field) {
      data.append(field[0], field[1]);
    });
    if (version) {
      data.append("version", version);
    }
    // How long it waited, in seconds: a span tells when it was, whatever this phone's clock says.
    data.append("waited", Math.max(0, Math.round((Date.now() - item.at) / 1000)));
    item.photos.forEach(function (photo) {
      data.append("photos", photo.blob, photo.name);
    });
    return data;
  }

  function refused(item, sentence) {
    item.state = "refused";
    item.sentence = sentence || page.dataset.notTaken;
    return store.put(item);
  }

  // A step of mine that was taken moved the ticket on: what waits for it follows. Had anybody else moved
  // it in between, the numbers would not meet, and the server refuses.
  function post(item, csrf) {
    return store.follow(who, item.page, item.version).then(function (version) {
      var options = { method: "POST", body: body(item, version), headers: { "X-CSRFToken": csrf } };
      return ask(item.path, options, PATIENCE);
    });
  }

  // "on", or "stop" for everything, or "stuck" for this ticket.
  function one(item, csrf) {
    tell({ key: item.key });
    return post(item, csrf).then(function (answer) {
      if (answer.status === 200 && answer.said.ok) {
        return store.deliver(item, answer.said.version).then(function () {
          tell({ delivered: item.page, also: item.also });
          return "on";
        });
      }
      if (answer.status === 401) {
        tell({ over: true });
        return "stop";
      }
      if (answer.status === 429 || answer.status >= 500 || answer.status < 400) {
        return "stuck";
      }
      return refused(item, answer.said.sentence).then(function () {
        return "on";
      });
    });
  }

  // An item that the server stumbles over keeps only its own ticket waiting.
  function next(csrf, stuck) {
    return store.items(who).then(function (items) {
      var item = items.find(function (each) {
        return each.state === "waiting" && stuck.indexOf(each.page) < 0;
      });
      return item && one(item, csrf).then(function (went) {
        return went === "stop" ? null : next(csrf, went === "stuck" ? stuck.concat([item.page]) : stuck);
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
          return next(answer.said.csrf, []);
        }
        return null;
      });
    }).then(function () {
      pause = SOON;
      return EVERY;
    }, function () {
      // No signal, or no room to keep anything: it is tried again, each time after twice as long.
      var wait = pause;
      pause = Math.min(2 * pause, EVERY);
      return wait;
    });
  }

  function again(wait) {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  }

  // Only one page of the browser sends at a time, where it can tell; the keys hold in any case.
  function run() {
    running = running || (navigator.locks ? navigator.locks.request("wangguan-send", round) : round()).then(again, function () {
      again(EVERY);
    }).finally(function () {
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
  run();
  return { run: run, ask: ask };
})();
