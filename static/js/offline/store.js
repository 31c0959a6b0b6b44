// What waits on this phone, in IndexedDB: items to send in the order they came, and what was delivered
// in the last day. Every item belongs to a person; nobody else's is shown or sent.
window.wangguanStore = window.wangguanStore || (function () {
  var DAY = 24 * 3600 * 1000;
  var opening = null;

  function open() {
    opening = opening || new Promise(function (done, failed) {
      var request = indexedDB.open("wangguan", 1);
      request.onupgradeneeded = function () {
        request.result.createObjectStore("items", { keyPath: "key" });
        request.result.createObjectStore("delivered", { keyPath: "key" });
      };
      request.onsuccess = function () {
        done(request.result);
      };
      request.onerror = function () {
        opening = null;
        failed(request.error);
      };
    });
    return opening;
  }

  // One transaction over one store; `work` makes the request whose result is wanted.
  function inside(name, mode, work) {
    return open().then(function (base) {
      return new Promise(function (done, failed) {
        var move = base.transaction(name, mode);
        var request = work(move.objectStore(name));
        move.oncomplete = function () {
          done(request.result);
        };
        move.onerror = move.onabort = function () {
          failed(move.error);
        };
      });
    });
  }

  function all(name, who) {
    return inside(name, "readonly", function (rows) {
      return rows.getAll();
    }).then(function (rows) {
      return rows.filter(function (row) {
        return row.who === who;
      }).sort(function (one, other) {
        return one.at - other.at;
      });
    });
  }

  function put(name, row) {
    return inside(name, "readwrite", function (rows) {
      return rows.put(row);
    });
  }

  function drop(name, key) {
    return inside(name, "readwrite", function (rows) {
      return rows.delete(key);
    });
  }

  function changed() {
    document.dispatchEvent(new CustomEvent("wangguan:waiting"));
  }

  return {
    items: function (who) {
      return all("items", who);
    },
    put: function (item) {
      return put("items", item).then(changed);
    },
    drop: function (key) {
      return drop("items", key).then(changed);
    },
    delivered: function (who) {
      return all("delivered", who).then(function (rows) {
        var old = rows.filter(function (row) {
          return Date.now() - row.sent > DAY;
        });
        return Promise.all(old.map(function (row) {
          return drop("delivered", row.key);
        })).then(function () {
          return rows.filter(function (row) {
            return old.indexOf(row) < 0;
          });
        });
      });
    },
    // Noted before the item goes: what was sent is never shown as neither.
    deliver: function (item, version) {
      var row = {
        key: item.key,
        who: item.who,
        kind: item.kind,
        what: item.what,
        at: item.at,
        sent: Date.now(),
        page: item.page,
        version: version,
      };
      return put("delivered", row).then(function () {
        return drop("items", item.key);
      }).then(changed);
    },
    // The version that a page of a ticket stands for after this person's own moves, one by one.
    follow: function (who, page, version) {
      return all("delivered", who).then(function (rows) {
        var moved = rows.filter(function (row) {
          return row.page === page && row.version;
        }).map(function (row) {
          return row.version;
        });
        var now = Number(version);
        while (version && moved.indexOf(now + 1) >= 0) {
          now += 1;
        }
        return version && String(now);
      });
    },
    wipe: function (who) {
      return Promise.all(["items", "delivered"].map(function (name) {
        return all(name, who).then(function (rows) {
          return Promise.all(rows.map(function (row) {
            return drop(name, row.key);
          }));
        });
      }));
    },
  };
})();
