// What somebody began to write, kept on this device only: words in localStorage, photos in IndexedDB.
// It goes when its matter has arrived (the server says so in a cookie), after a day, or on request.
var DraftStore = (function () {
  "use strict";

  var KEY = "wangguan:draft";
  var A_DAY = 24 * 3600 * 1000;
  var PHOTOS = "wangguan-draft";

  function read() {
    try {
      var draft = JSON.parse(localStorage.getItem(KEY));
      if (draft && Date.now() - draft.at < A_DAY) {
        return draft;
      }
    } catch (error) {
      // No storage here (private window): then there is no draft.
    }
    return null;
  }

  function write(draft) {
    draft.at = Date.now();
    try {
      localStorage.setItem(KEY, JSON.stringify(draft));
      return true;
    } catch (error) {
      return false;
    }
  }

  function settled(request) {
    return new Promise(function (resolve, reject) {
      request.onsuccess = function () {
        resolve(request.result);
      };
      request.onerror = function () {
        reject(request.error);
      };
    });
  }

  // One request on the photos; without IndexedDB they live as long as the page.
  function photos(mode, ask) {
    if (!window.indexedDB) {
      return Promise.resolve(null);
    }
    var opening = indexedDB.open(PHOTOS, 1);
    opening.onupgradeneeded = function () {
      opening.result.createObjectStore("photos", { keyPath: "key" });
    };
    return settled(opening)
      .then(function (database) {
        var asked = settled(ask(database.transaction("photos", mode).objectStore("photos")));
        return asked.finally(function () {
          database.close();
        });
      })
      .catch(function () {
        return null;
      });
  }

  function allPhotos() {
    return photos("readonly", function (store) {
      return store.getAll();
    }).then(function (found) {
      return (found || []).sort(function (one, other) {
        return one.at - other.at;
      });
    });
  }

  function putPhoto(photo) {
    return photos("readwrite", function (store) {
      return store.put(photo);
    });
  }

  function removePhoto(key) {
    return photos("readwrite", function (store) {
      return store.delete(key);
    });
  }

  function clear() {
    try {
      localStorage.removeItem(KEY);
    } catch (error) {
      // Nothing was kept.
    }
    return photos("readwrite", function (store) {
      return store.clear();
    });
  }

  // The matter of this draft has arrived.
  function forgetTold() {
    var told = /(?:^|; )told=([\w-]+)/.exec(document.cookie);
    var draft = read();
    if (told && draft && draft.fields.submission_id === told[1]) {
      clear();
    }
    if (told) {
      document.cookie = "told=; path=/; max-age=0";
    }
    if (!draft) {
      clear();
    }
  }

  forgetTold();
  return {
    read: read,
    write: write,
    clear: clear,
    allPhotos: allPhotos,
    putPhoto: putPhoto,
    removePhoto: removePhoto,
  };
})();
