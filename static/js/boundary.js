// Draws one boundary on the map of js/map.js: corners are dragged, added between two others, and taken
// away; the same corners stand in a list for the keyboard. After each change the server says what is
// wrong. What is saved is the field below, in WGS-84; without a map it can be written by hand.
(function () {
  "use strict";

  var DIGITS = 6;
  var LEAST = 3;
  var WAIT = 350;

  window.wangguanBoundary = function (sheet, script, stylesheet) {
    var root = sheet.root;
    var says = sheet.says;
    var field = document.getElementById(says.field);
    var list = root.querySelector("[data-corners]");
    var row = root.querySelector("[data-corner]").content;
    var verdict = root.querySelector("[data-verdict]");
    var undo = root.querySelector("[data-undo]");
    var past = [];
    var shape = null;
    var timer = 0;
    var asked = 0;

    // The outer ring of what stands in the field, without its closing corner; null when it is no polygon.
    function ring() {
      try {
        var written = JSON.parse(field.value);
        return written.type === "Polygon" && written.coordinates.length === 1 ? written.coordinates[0].slice(0, -1) : null;
      } catch (error) {
        return null;
      }
    }

    function write(corners, again) {
      if (!again) {
        past.push(field.value);
        undo.disabled = false;
      }
      var closed = corners.concat([corners[0]]);
      field.value = JSON.stringify({ type: "Polygon", coordinates: [closed] });
      look();
    }

    function round(number) {
      return Number(number.toFixed(DIGITS));
    }

    function drawn(corner) {
      return L.latLng(sheet.drawn(corner[1], corner[0]));
    }

    function meant(spot) {
      var point = sheet.meant(spot);
      return [round(point[1]), round(point[0])];
    }

    // --- the map -------------------------------------------------------------------------
    function redraw() {
      if (!sheet.map) {
        return;
      }
      if (shape) {
        shape.editing.disable();
        shape.remove();
        shape = null;
      }
      var corners = ring();
      if (corners) {
        shape = L.polygon(corners.map(drawn), { className: "map-here" }).addTo(sheet.map);
        shape.editing.enable();
        hush();
        shape.on("edit", function () {
          write(shape.getLatLngs()[0].map(meant));
          enlist();
          hush();
        });
      }
    }

    // Corners on the map are for fingers and mice; who reads or types has them in the list.
    function hush() {
      sheet.canvas.querySelectorAll(".leaflet-editing-icon").forEach(function (corner) {
        corner.removeAttribute("role");
        corner.setAttribute("tabindex", "-1");
        corner.setAttribute("aria-hidden", "true");
      });
    }

    function begin() {
      Promise.all([stylesheet(says.drawCss), script(says.draw)]).then(function () {
        redraw();
        if (shape) {
          sheet.map.fitBounds(shape.getBounds(), { padding: [40, 40] });
        }
      });
    }

    function anew() {
      var pen = new L.Draw.Polygon(sheet.map, { allowIntersection: false });
      sheet.map.once("draw:created", function (event) {
        write(event.layer.getLatLngs()[0].map(meant));
        redraw();
        enlist();
      });
      pen.enable();
    }

    // --- the list ------------------------------------------------------------------------
    function enlist() {
      var corners = ring() || [];
      list.textContent = "";
      corners.forEach(function (corner, place) {
        var item = document.importNode(row, true);
        var inputs = item.querySelectorAll("input");
        inputs[0].value = corner[1];
        inputs[1].value = corner[0];
        item.querySelectorAll("[data-number]").forEach(function (words) {
          words.textContent = words.textContent.replace("{n}", place + 1);
        });
        list.appendChild(item);
      });
    }

    function typed() {
      return Array.prototype.map.call(list.children, function (item) {
        var inputs = item.querySelectorAll("input");
        return [Number(inputs[1].value), Number(inputs[0].value)];
      });
    }

    function changed(corners, focus) {
      write(corners);
      redraw();
      enlist();
      var item = list.children[Math.min(focus, list.children.length - 1)];
      if (item) {
        item.querySelector("input").focus();
      }
    }

    list.addEventListener("change", function () {
      write(typed());
      redraw();
    });

    list.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) {
        return;
      }
      var place = Array.prototype.indexOf.call(list.children, button.closest("li"));
      var corners = typed();
      if (button.dataset.after !== undefined) {
        var next = corners[(place + 1) % corners.length];
        corners.splice(place + 1, 0, [round((corners[place][0] + next[0]) / 2), round((corners[place][1] + next[1]) / 2)]);
        changed(corners, place + 1);
      } else if (corners.length > LEAST) {
        corners.splice(place, 1);
        changed(corners, place);
      } else {
        verdict.textContent = says.least;
      }
    });

    // --- what the server says ------------------------------------------------------------
    function look() {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    }

    function ask() {
      asked += 1;
      var turn = asked;
      var body;
      try {
        body = JSON.stringify({ unit: says.unit, pk: Number(says.pk), boundary: JSON.parse(field.value) });
      } catch (error) {
        verdict.textContent = says.unreadable;
        return;
      }
      fetch(says.check, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": field.form.elements.csrfmiddlewaretoken.value },
        body: body,
      })
        .then(function (answer) {
          return answer.json();
        })
        .then(function (seen) {
          if (turn === asked) {
            verdict.textContent = seen.wrong.length ? seen.wrong.join(" ") : says.fine + " " + seen.size;
            root.classList.toggle("boundary-wrong", seen.wrong.length > 0);
          }
        })
        .catch(function () {
          verdict.textContent = says.unasked;
        });
    }

    undo.addEventListener("click", function () {
      if (past.length) {
        field.value = past.pop();
        undo.disabled = !past.length;
        redraw();
        enlist();
        look();
      }
    });

    root.querySelector("[data-anew]").addEventListener("click", function () {
      sheet.open().then(anew, function () {});
    });

    field.addEventListener("change", function () {
      redraw();
      enlist();
      look();
    });

    sheet.unfold(begin);
    enlist();
    if (ring()) {
      look();
    }
  };
})();
