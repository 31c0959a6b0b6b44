// Photos of a form as tiles: chosen or taken, shrunk here, sent ahead one by one, removed with a tap.
// What has not arrived when the form is sent goes along with it: no photo is ever lost in silence.
// In a form[data-draft] they also survive a reload.
(function () {
  "use strict";

  var LONGEST_SIDE = 2048;
  var QUALITY = 0.85;
  var SMALL = 600 * 1024;
  // Photos sent ahead wait an hour at the portal; an older one is sent again.
  var WAITS = 50 * 60 * 1000;
  var PATIENCE = 90 * 1000;

  function canAttach() {
    try {
      return new DataTransfer().items !== undefined && typeof Promise.prototype.finally === "function";
    } catch (error) {
      return false;
    }
  }

  // --- one picture ----------------------------------------------------------------------------
  function decoded(file) {
    return new Promise(function (resolve, reject) {
      var picture = new Image();
      picture.onload = function () {
        resolve(picture);
      };
      picture.onerror = reject;
      picture.src = URL.createObjectURL(file);
    });
  }

  function drawn(picture, file) {
    var scale = Math.min(1, LONGEST_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
    if (scale === 1 && file.size <= SMALL) {
      return Promise.resolve(file);
    }
    var canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise(function (resolve) {
      canvas.toBlob(
        function (blob) {
          resolve(blob && blob.size < file.size ? blob : file);
        },
        "image/jpeg",
        QUALITY
      );
    });
  }

  // What this browser cannot read (HEIC) goes as it is: the portal can.
  function shrunk(file) {
    return decoded(file).then(
      function (picture) {
        return drawn(picture, file).finally(function () {
          URL.revokeObjectURL(picture.src);
        });
      },
      function () {
        return file;
      }
    );
  }

  // --- all photos of one form -----------------------------------------------------------------------
  function enhance(root) {
    var form = root.closest("form");
    var words = root.dataset;
    var input = root.querySelector("[data-photos-plain] input[type=file]");
    var list = root.querySelector("[data-photos-tiles]");
    var status = root.querySelector("[data-photos-status]");
    var store = form.hasAttribute("data-draft") ? window.DraftStore : null;
    var most = Number(words.most);
    var photos = [];
    var busy = false;

    function say(sentence) {
      status.textContent = sentence;
    }

    function keep(photo) {
      if (store && photo.blob) {
        store.putPhoto({
          key: photo.key,
          at: photo.at,
          blob: photo.blob,
          name: photo.name,
          stashId: photo.stashId,
          stashedAt: photo.stashedAt,
          attached: photo.attached,
        });
      }
    }

    function label() {
      photos.forEach(function (photo, index) {
        var name = words.name.replace("{number}", index + 1);
        photo.tile.querySelector("img").alt = name;
        photo.tile.querySelector("[data-photo-remove]").setAttribute(
          "aria-label",
          words.remove.replace("{photo}", name)
        );
        photo.tile.querySelector("[data-photo-retry]").setAttribute("aria-label", words.again.replace("{photo}", name));
      });
      root.querySelectorAll("[data-photo-add]").forEach(function (add) {
        add.hidden = photos.length >= most;
      });
    }

    // state: waiting, sending, here, held (goes along with the form), refused
    function turn(photo, state, sentence) {
      photo.state = state;
      var tile = photo.tile;
      tile.dataset.photo = state;
      tile.querySelector("progress").hidden = state !== "waiting" && state !== "sending";
      tile.querySelector("[data-photo-retry]").hidden = state !== "held";
      tile.querySelector("input").disabled = state !== "here";
      tile.querySelector("input").value = photo.stashId || "";
      tile.querySelector("[data-photo-says]").textContent = sentence || "";
      if (sentence) {
        say(sentence);
      }
    }

    function place(photo, source) {
      photo.tile = root.querySelector("[data-photo-tile]").content.firstElementChild.cloneNode(true);
      var picture = photo.tile.querySelector("img");
      picture.onerror = function () {
        picture.hidden = true;
      };
      picture.src = source || URL.createObjectURL(photo.blob);
      photo.tile.querySelector("[data-photo-remove]").addEventListener("click", function () {
        remove(photo);
      });
      photo.tile.querySelector("[data-photo-retry]").addEventListener("click", function () {
        turn(photo, "waiting");
        work();
      });
      photo.tile.photo = photo; // js/offline/queue.js keeps it whole
      photos.push(photo);
      list.insertBefore(photo.tile, list.querySelector("[data-photo-add]"));
      label();
    }

    function remove(photo) {
      var index = photos.indexOf(photo);
      photos.splice(index, 1);
      photo.tile.remove();
      if (photo.request) {
        photo.request.abort();
      }
      if (store && photo.key) {
        store.removePhoto(photo.key);
      }
      if (photo.stashId) {
        post(words.photosRemove.replace("0", photo.stashId), new FormData()).catch(function () {
          // The portal sweeps it away by itself.
        });
      }
      label();
      say(words.removed);
      var near = photos[Math.min(index, photos.length - 1)];
      (near ? near.tile.querySelector("[data-photo-remove]") : list.querySelector("[data-photo-add] input")).focus();
      form.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function post(address, body) {
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      return fetch(address, { method: "POST", body: body, credentials: "same-origin", keepalive: true });
    }

    // --- sending ahead --------------------------------------------------------------------------------
    function send(photo) {
      return new Promise(function (resolve) {
        var request = new XMLHttpRequest();
        var bar = photo.tile.querySelector("progress");
        var body = new FormData();
        body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
        body.append("photo", photo.blob, photo.name);
        request.open("POST", words.photos);
        request.timeout = PATIENCE;
        request.upload.onprogress = function (event) {
          if (event.lengthComputable) {
            bar.value = event.loaded / event.total;
          }
        };
        request.onloadend = function () {
          photo.request = null;
          arrived(photo, request);
          resolve();
        };
        photo.request = request;
        turn(photo, "sending");
        request.send(body);
      });
    }

    function arrived(photo, request) {
      if (photos.indexOf(photo) < 0) {
        return;
      }
      var answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch (error) {
        // No answer of ours: the line, or something before the portal.
      }
      if (request.status === 201) {
        photo.stashId = answer.id;
        photo.stashedAt = Date.now();
        turn(photo, "here");
        say(words.here.replace("{count}", photos.length));
      } else if (request.status === 422) {
        turn(photo, "refused", answer.says);
      } else {
        turn(photo, "held", answer.says || words.held);
      }
      keep(photo);
    }

    // One after the other: a slow phone shrinks, a slow line sends, one picture at a time.
    function work() {
      var photo = photos.find(function (each) {
        return each.state === "waiting";
      });
      if (busy || !photo) {
        return;
      }
      busy = true;
      prepared(photo)
        .then(function () {
          return photos.indexOf(photo) < 0 ? null : send(photo);
        })
        .finally(function () {
          busy = false;
          work();
        });
    }

    function prepared(photo) {
      if (photo.isSmall) {
        return Promise.resolve();
      }
      return shrunk(photo.blob).then(function (blob) {
        photo.isSmall = true;
        if (blob !== photo.blob) {
          photo.blob = blob;
          photo.name = photo.name.replace(/\.\w*$/, "") + ".jpg";
        }
        keep(photo);
      });
    }

    function add(files) {
      var room = most - photos.length;
      Array.prototype.slice.call(files, 0, Math.max(0, room)).forEach(function (file, index) {
        var photo = { key: Date.now() + "-" + index + "-" + file.size, at: Date.now() + index / 100 };
        photo.blob = file;
        photo.name = file.name || "photo.jpg";
        place(photo);
        turn(photo, "waiting");
        keep(photo);
      });
      say(files.length > room ? words.tooMany : words.adding);
      form.dispatchEvent(new Event("change", { bubbles: true }));
      work();
    }

    // --- with the form --------------------------------------------------------------------------------
    function attach() {
      var carrier = new DataTransfer();
      photos.forEach(function (photo) {
        if (photo.state === "here" || photo.state === "refused") {
          return;
        }
        if (photo.request) {
          photo.request.abort();
        }
        photo.attached = true;
        keep(photo);
        carrier.items.add(new File([photo.blob], photo.name, { type: photo.blob.type }));
      });
      input.files = carrier.files;
    }

    // Tiles for what the portal kept of a form that came back; then what only this device has.
    function takeOver() {
      root.querySelectorAll("[data-kept]").forEach(function (kept) {
        var photo = { stashId: kept.dataset.kept };
        place(photo, kept.querySelector("img").src);
        turn(photo, "here");
      });
      var plain = root.querySelector("[data-photos-kept]");
      if (plain) {
        plain.remove();
      }
      return store ? store.allPhotos().then(bringBack) : Promise.resolve();
    }

    function bringBack(records) {
      var cameBack = form.hasAttribute("data-came-back");
      var known = photos.filter(function (photo) {
        return !records.some(function (record) {
          return record.stashId === photo.stashId;
        });
      });
      records.forEach(function (record) {
        var same = photos.find(function (photo) {
          return photo.stashId && photo.stashId === record.stashId;
        });
        // Photos that went along with the form came back in the same order, under ids of their own.
        var isAttached = cameBack && record.attached && !record.stashId;
        var mine = same || (isAttached && known.shift());
        if (mine) {
          mine.key = record.key;
          mine.at = record.at;
          mine.blob = record.blob;
          mine.name = record.name;
          mine.stashedAt = record.stashedAt || Date.now();
          keep(mine);
        } else if (isAttached) {
          store.removePhoto(record.key); // the portal refused it and said so
        } else {
          restore(record);
        }
      });
      work();
    }

    function restore(record) {
      var isWaiting = record.stashId && Date.now() - record.stashedAt < WAITS;
      var photo = {
        key: record.key,
        at: record.at,
        blob: record.blob,
        name: record.name,
        isSmall: Boolean(record.stashId),
        stashId: isWaiting ? record.stashId : "",
        stashedAt: isWaiting ? record.stashedAt : 0,
      };
      place(photo);
      turn(photo, isWaiting ? "here" : "waiting");
    }

    root.querySelector("[data-photos-plain]").hidden = true;
    root.querySelector("[data-photos-list]").hidden = false;
    list.querySelectorAll("[data-photo-add] input").forEach(function (chooser) {
      chooser.addEventListener("change", function () {
        add(chooser.files);
        chooser.value = "";
      });
    });
    window.addEventListener("online", function () {
      photos.forEach(function (photo) {
        if (photo.state === "held") {
          turn(photo, "waiting");
        }
      });
      work();
    });
    document.addEventListener(
      "submit",
      function (event) {
        if (event.target === form) {
          attach();
        }
      },
      true
    );
    form.addEventListener("reset", function () {
      photos.splice(0).forEach(function (photo) {
        photo.tile.remove();
      });
      label();
    });
    label();
    takeOver();
  }

  if (!canAttach()) {
    return;
  }
  document.querySelectorAll("[data-photos]:not([data-enhanced])").forEach(function (root) {
    root.setAttribute("data-enhanced", "");
    enhance(root);
  });
})();
