// Draws one shape on the map of js/map.js: a ring (a boundary) or a line (where a grid is cut). Corners are
// set with a pen, dragged, added between two others, and taken away; js/corners.js has the same ones as a
// list. After each change the server says what is wrong, or what the shape makes. What is sent is the field
// with the GeoJSON, in WGS-84; without a map it can be written by hand.
(function () {
  "use strict";

  var DIGITS = 6;
  var WAIT = 350;

  var RING = {
    least: 3,
    // Its corners out of GeoJSON, without the closing one; null when it is another shape.
    corners: function (written) {
      return written.type === "Polygon" && written.coordinates.length === 1 ? written.coordinates[0].slice(0, -1) : null;
    },
    written: function (corners) {
      return { type: "Polygon", coordinates: [corners.concat([corners[0]])] };
    },
    // Half-way to this point another corner is put.
    towards: function (corners, place) {
      return corners[(place + 1) % corners.length];
    },
    layer: function (spots) {
      return L.polygon(spots, { className: "map-here" });
    },
    spots: function (layer) {
      return layer.getLatLngs()[0];
    },
    pen: function (map) {
      return new L.Draw.Polygon(map, { allowIntersection: false, shapeOptions: { className: "map-here" } });
    },
  };

  var LINE = {
    least: 2,
    corners: function (written) {
      return written.type === "LineString" && written.coordinates.length > 1 ? written.coordinates.slice() : null;
    },
    written: function (corners) {
      return { type: "LineString", coordinates: corners };
    },
    towards: function (corners, place) {
      var end = corners[place];
      var before = corners[place - 1];
      return corners[place + 1] || [2 * end[0] - before[0], 2 * end[1] - before[1]];
    },
    layer: function (spots) {
      return L.polyline(spots, { className: "map-line" });
    },
    spots: function (layer) {
      return layer.getLatLngs();
    },
    pen: function (map) {
      return new L.Draw.Polyline(map, {
        allowIntersection: false,
        showLength: false,
        shapeOptions: { className: "map-line" },
      });
    },
  };

  function round(number) {
    return Number(number.toFixed(DIGITS));
  }

  function isPoint(corner) {
    return Number.isFinite(corner[0]) && Number.isFinite(corner[1]);
  }

  window.wangguanDrawing = function (sheet, script, stylesheet) {
    var root = sheet.root;
    var says = sheet.says;
    var kind = says.shape === "line" ? LINE : RING;
    var field = document.getElementById(says.field);
    var told = document.getElementById(says.field + "_error");
    var verdict = root.querySelector("[data-verdict]");
    var undo = root.querySelector("[data-undo]");
    var finish = root.querySelector("[data-finish]");
    var across = root.querySelector("[data-across]");
    var past = [];
    var tools = null;
    var stands = false;
    var pen = null;
    var dots = 0;
    var shape = null;
    var part = null;
    var goes = null;
    var timer = 0;
    var asked = 0;
    var enlist = window.wangguanCorners(root, kind, writeAndDraw, function () {
      verdict.textContent = says.least;
    });

    // Each [longitude, latitude]; null when the field holds nothing that is drawn here.
    function corners() {
      try {
        var found = kind.corners(JSON.parse(field.value));
        return found && found.every(isPoint) ? found : null;
      } catch (error) {
        return null;
      }
    }

    function write(points) {
      past.push(field.value);
      undo.disabled = false;
      field.value = JSON.stringify(kind.written(points));
      look();
    }

    function writeAndDraw(points) {
      write(points);
      redraw();
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
      erase();
      var points = corners();
      if (!stands || !points) {
        return;
      }
      shape = kind.layer(points.map(drawn)).addTo(sheet.map);
      shape.editing.enable();
      hush();
      shape.on("edit", function () {
        write(kind.spots(shape).map(meant));
        enlist(corners() || []);
        hush();
      });
    }

    function erase() {
      if (shape) {
        shape.editing.disable();
        shape.remove();
        shape = null;
      }
    }

    // Corners on the map are for fingers and mice; who reads or types has them in the list.
    function hush() {
      sheet.canvas.querySelectorAll(".leaflet-editing-icon, .leaflet-mouse-marker").forEach(function (corner) {
        corner.removeAttribute("role");
        corner.setAttribute("tabindex", "-1");
        corner.setAttribute("aria-hidden", "true");
      });
    }

    // An area to look at.
    function lay(geometry, name) {
      return L.geoJSON(geometry, {
        interactive: false,
        coordsToLatLng: drawn,
        style: function () {
          return { className: name };
        },
      }).addTo(sheet.map);
    }

    // What the new part takes, as the server cut it.
    function shade() {
      if (part) {
        part.remove();
        part = null;
      }
      if (stands && goes) {
        part = lay(goes, "map-part");
        if (shape) {
          shape.bringToFront();
        }
      }
    }

    // Opens the map and fetches the tools, once; a failed try may be repeated.
    function ready() {
      return sheet.open().then(function () {
        if (!tools) {
          tools = Promise.all([stylesheet(says.drawCss), script(says.draw)]).then(begin);
          tools.catch(function () {
            tools = null;
            sheet.tell(says.failed);
          });
        }
        return tools;
      });
    }

    function begin() {
      var ground = says.ground ? lay(JSON.parse(says.ground), "map-here") : null;
      stands = true;
      teach();
      sheet.map.on("draw:drawvertex", function (event) {
        dots = event.layers.getLayers().length;
        hush();
      });
      sheet.map.on("draw:created", function (event) {
        write(kind.spots(event.layer).map(meant));
      });
      sheet.map.on("draw:drawstop", lift);
      redraw();
      shade();
      if (ground || shape) {
        sheet.map.fitBounds((ground || shape).getBounds(), { padding: [40, 40], animate: false });
      }
    }

    // --- the pen -------------------------------------------------------------------------
    // The tools speak English of themselves.
    function teach() {
      var hints = { start: says.penStart, cont: says.penNext, end: says.penEnd };
      var words = L.drawLocal.draw.handlers;
      words.polyline.error = says.penCrosses;
      words.polyline.tooltip = words.polygon.tooltip = hints;
    }

    function anew() {
      if (pen) {
        return;
      }
      erase();
      dots = 0;
      pen = kind.pen(sheet.map);
      pen.enable();
      hush();
      finish.hidden = false;
      undo.disabled = false;
    }

    // The pen leaves the paper: done, or given up with Escape and everything as it was.
    function lift() {
      pen = null;
      finish.hidden = true;
      undo.disabled = !past.length;
      redraw();
      enlist(corners() || []);
    }

    root.querySelector("[data-anew]").addEventListener("click", function () {
      ready().then(anew, function () {});
    });

    finish.addEventListener("click", function () {
      pen.completeShape();
      if (pen) {
        verdict.textContent = says.least;
      }
    });

    undo.addEventListener("click", function () {
      if (pen && dots > 1) {
        pen.deleteLastVertex();
      } else if (pen) {
        pen.disable();
      } else if (past.length) {
        field.value = past.pop();
        undo.disabled = !past.length;
        changed();
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
      fetch(says.check, { method: "POST", credentials: "same-origin", body: new FormData(field.form) })
        .then(function (answer) {
          return answer.json();
        })
        .then(function (seen) {
          if (turn === asked) {
            show(seen);
          }
        })
        .catch(function () {
          verdict.textContent = says.unasked;
        });
    }

    function show(seen) {
      var isWrong = seen.wrong.length > 0;
      verdict.textContent = isWrong ? seen.wrong.join(" ") : seen.size;
      root.classList.toggle("drawing-wrong", isWrong);
      if (told) {
        told.hidden = true; // what the page said of the shape before it was drawn on
      }
      goes = seen.goes || null;
      shade();
    }

    function changed() {
      redraw();
      enlist(corners() || []);
      look();
    }

    field.addEventListener("change", changed);
    field.form.addEventListener("change", look);

    if (across) {
      across.addEventListener("click", function () {
        if (pen) {
          pen.disable();
        }
        write(JSON.parse(across.dataset.across).coordinates);
        changed();
        ready().catch(function () {});
      });
    }

    sheet.unfold(ready);
    enlist(corners() || []);
    if (corners()) {
      look();
    }
    if (says.open !== undefined) {
      sheet.opener.click();
    }
  };
})();
