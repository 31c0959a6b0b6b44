// Photos of a form, one tile each: shrunk on the phone, sent ahead one by one, shown, taken out,
// tried again. The form itself then carries only their ids (kept_photos). Without this script the
// browser's own file button sends them with the form.
(function () {
  var LONGEST_SIDE = 2048;
  var QUALITY = 0.85;

  // The photo as a smaller JPEG, or as it is when the browser cannot read it (HEIC) or gains nothing.
  function shrunk(file) {
    return new Promise(function (done) {
      var picture = new Image();
      var address = URL.createObjectURL(file);
      picture.onerror = function () {
        URL.revokeObjectURL(address);
        done(file);
      };
      picture.onload = function () {
        var ratio = Math.min(1, LONGEST_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
        var canvas = document.createElement("canvas");
        canvas.width = Math.round(picture.naturalWidth * ratio);
        canvas.height = Math.round(picture.naturalHeight * ratio);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        URL.revokeObjectURL(address);
        canvas.toBlob(function (blob) {
          done(blob && blob.size < file.size ? blob : file);
        }, "image/jpeg", QUALITY);
      };
      picture.src = address;
    });
  }

  function start(box) {
    var form = box.closest("form");
    var input = box.querySelector("input[type=file]");
    var template = box.querySelector("template").content;
    var list = document.importNode(template.querySelector("ul"), true);
    var add = document.importNode(template.querySelector("[data-add]"), true);
    var line = Promise.resolve();
    list.appendChild(add);
    input.closest(".field").after(list);
    input.classList.add("hush");
    input.tabIndex = -1;
    add.addEventListener("click", function () {
      input.click();
    });

    function count() {
      return box.querySelectorAll("[data-tile], .photo-kept input:checked").length;
    }

    function say(words) {
      var old = box.querySelector("[data-said]");
      if (old) {
        old.remove();
      }
      if (words) {
        var said = document.importNode(template.querySelector(".field-says"), true);
        said.dataset.said = "1";
        said.querySelector("span").textContent = words;
        list.after(said);
      }
    }

    function changed() {
      add.hidden = count() >= Number(box.dataset.most);
      form.dispatchEvent(new CustomEvent("wangguan:changed"));
    }

    function makeTile() {
      var tile = document.importNode(template.querySelector("[data-tile]"), true);
      tile.querySelector("[data-out]").addEventListener("click", function () {
        tile.remove();
        say("");
        changed();
        add.firstElementChild.focus();
      });
      list.insertBefore(tile, add);
      return tile;
    }

    function sent(tile, photo) {
      var kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = "kept_photos";
      kept.value = photo.id;
      tile.appendChild(kept);
      tile.querySelector("img").src = photo.preview;
      tile.querySelector("progress").remove();
      delete tile.dataset.state;
      changed();
    }

    // A form that may wait for a signal takes its photos along, whole.
    function held(tile) {
      tile.dataset.state = "held";
      tile.querySelector("[data-again]").hidden = true;
      tile.querySelector("progress").hidden = true;
      changed();
    }

    function failed(tile, words) {
      tile.dataset.state = "failed";
      tile.querySelector("[data-again]").hidden = false;
      tile.querySelector("progress").hidden = true;
      say(words || box.dataset.lost);
    }

    function send(tile, blob, name) {
      return new Promise(function (done) {
        var request = new XMLHttpRequest();
        var body = new FormData();
        var bar = tile.querySelector("progress");
        body.append("photo", blob, name);
        request.open("POST", box.dataset.address);
        request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
        request.timeout = 60000;
        request.upload.onprogress = function (event) {
          bar.value = event.lengthComputable ? event.loaded / event.total : 0;
        };
        request.onloadend = function () {
          var said = {};
          try {
            said = JSON.parse(request.responseText);
          } catch (error) {
            said = {};
          }
          if (tile.isConnected && request.status === 201) {
            sent(tile, said);
          } else if (tile.isConnected && form.dataset.queue && !said.sentence) {
            held(tile);
          } else if (tile.isConnected) {
            failed(tile, said.sentence);
          }
          done();
        };
        request.send(body);
      });
    }

    function take(file) {
      var tile = makeTile();
      tile.dataset.state = "waiting";
      tile.querySelector("img").src = URL.createObjectURL(file);
      var ready = shrunk(file);
      function go() {
        tile.dataset.state = "waiting";
        tile.querySelector("[data-again]").hidden = true;
        tile.querySelector("progress").hidden = false;
        // One after the other: a weak signal carries one photo better than six at once.
        line = line.then(function () {
          return ready;
        }).then(function (blob) {
          tile.photo = { blob: blob, name: file.name };
          return tile.isConnected ? send(tile, blob, file.name) : null;
        });
        return line;
      }
      tile.querySelector("[data-again]").addEventListener("click", function () {
        say("");
        go();
      });
      go();
    }

    input.addEventListener("change", function () {
      var room = Number(box.dataset.most) - count();
      var files = Array.prototype.slice.call(input.files);
      say(files.length > room ? box.dataset.tooMany : "");
      files.slice(0, room).forEach(take);
      input.value = "";
      changed();
    });

    // A draft brings back what was sent ahead before a reload.
    box.addEventListener("wangguan:restore", function (event) {
      event.detail.forEach(function (photo) {
        sent(makeTile(), photo);
      });
    });

    // The form waits for photos on their way, and does not lose one silently.
    form.addEventListener("submit", function (event) {
      if (box.querySelector("[data-state=failed]")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        say(box.dataset.failed);
        list.scrollIntoView({ block: "center" });
      } else if (box.querySelector("[data-state=waiting]")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        say(box.dataset.waiting);
        line.then(function () {
          say("");
          form.requestSubmit(event.submitter);
        });
      }
    });
  }

  document.querySelectorAll("[data-photos]").forEach(start);
})();
