// A map that opens on demand: to set a pin on (data-map="pin"), to look at one (data-map="look"), or to
// look at many places (data-map="marks"), or to draw a shape on (data-map="drawing").
// Leaflet is fetched only then. What is drawn follows the datum of the tiles; what is stored is WGS-84.
(function () {
  "use strict";

  var CLOSE = 17;
  var NAMES_OF_GRIDS = 16;

  function script(address) {
    return new Promise(function (done, failed) {
      var tag = document.createElement("script");
      tag.src = address;
      tag.onload = done;
      tag.onerror = failed;
      document.head.appendChild(tag);
    });
  }

  function stylesheet(address) {
    return new Promise(function (done, failed) {
      var tag = document.createElement("link");
      tag.rel = "stylesheet";
      tag.href = address;
      tag.onload = done;
      tag.onerror = failed;
      document.head.appendChild(tag);
    });
  }

  function json(address) {
    return fetch(address, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      return answer.json();
    });
  }

  // --- which boundary holds a point ------------------------------------------------------
  function inRing(ring, latitude, longitude) {
    var inside = false;
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      var a = ring[i];
      var b = ring[j];
      var spans = a[1] > latitude !== b[1] > latitude;
      if (spans && longitude < ((b[0] - a[0]) * (latitude - a[1])) / (b[1] - a[1]) + a[0]) {
        inside = !inside;
      }
    }
    return inside;
  }

  // The first ring of a polygon encloses, the others are holes.
  function inPolygon(rings, latitude, longitude) {
    return rings.every(function (ring, place) {
      return inRing(ring, latitude, longitude) === (place === 0);
    });
  }

  function holds(feature, latitude, longitude) {
    var shape = feature.geometry;
    var polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
    return polygons.some(function (rings) {
      return inPolygon(rings, latitude, longitude);
    });
  }

  function meet(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  // --- one map ---------------------------------------------------------------------------
  function Sheet(root) {
    this.root = root;
    this.says = root.dataset;
    this.shifted = this.says.datum === "gcj02" && Boolean(this.says.tiles);
    this.canvas = root.querySelector("[data-map-canvas]");
    this.box = root.querySelector("[data-map-box]");
    this.opener = root.querySelector("[data-map-open]");
    this.features = [];
    this.lines = [];
    this.map = this.pin = this.opening = null;
  }

  // A point as the tiles have it, and back.
  Sheet.prototype.drawn = function (latitude, longitude) {
    return this.shifted ? window.wangguanDatum.toGcj(latitude, longitude) : [latitude, longitude];
  };

  Sheet.prototype.meant = function (spot) {
    return this.shifted ? window.wangguanDatum.toWgs(spot.lat, spot.lng) : [spot.lat, spot.lng];
  };

  // Fetches what a map needs, once; a failed try may be repeated.
  Sheet.prototype.open = function () {
    var sheet = this;
    this.box.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    if (!this.opening) {
      this.box.setAttribute("aria-busy", "true");
      this.opening = Promise.all([
        json(this.says.boundaries),
        stylesheet(this.says.leafletCss),
        script(this.says.leaflet),
        this.shifted ? script(this.says.shifts) : null,
      ]).then(function (fetched) {
        sheet.features = fetched[0].features;
        sheet.draw();
        sheet.box.removeAttribute("aria-busy");
      });
      this.opening.catch(function () {
        sheet.opening = null;
        sheet.close();
        sheet.tell(sheet.says.failed);
      });
    }
    return this.opening;
  };

  // The button opens and closes the sheet; what stands on it is drawn at the first opening.
  Sheet.prototype.unfold = function (draw) {
    var sheet = this;
    var drawn = false;
    sheet.opener.addEventListener("click", function () {
      if (!sheet.box.hidden) {
        sheet.close();
        return;
      }
      sheet
        .open()
        .then(function () {
          if (!drawn) {
            drawn = true;
            draw();
          }
        })
        .catch(function () {});
    });
  };

  Sheet.prototype.close = function () {
    this.box.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
  };

  Sheet.prototype.draw = function () {
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(this.canvas, {
      attributionControl: false,
      zoomControl: false,
      scrollWheelZoom: false,
      zoomAnimation: !calm,
      fadeAnimation: !calm,
      // Lines fit any size; tiles are sharp at whole steps only.
      zoomSnap: this.says.tiles ? 1 : 0.25,
      minZoom: 12,
      maxZoom: 19,
    });
    this.canvas.classList.toggle("map-tiled", Boolean(this.says.tiles));
    this.controls();
    this.outline();
    this.map.on("zoomend", this.crowd, this);
    this.crowd();
  };

  Sheet.prototype.controls = function () {
    var map = this.map;
    L.control.zoom({ zoomInTitle: this.says.zoomIn, zoomOutTitle: this.says.zoomOut }).addTo(map);
    if (this.says.tiles) {
      L.tileLayer(this.says.tiles, { maxZoom: 19 }).addTo(map);
      L.control.attribution({ prefix: false }).addAttribution(this.says.attribution).addTo(map);
    }
    // A wheel turned over the page scrolls the page, until somebody works with the map.
    map.on("focus", map.scrollWheelZoom.enable, map.scrollWheelZoom);
    map.on("blur", map.scrollWheelZoom.disable, map.scrollWheelZoom);
  };

  Sheet.prototype.outline = function () {
    var sheet = this;
    var drawn = L.geoJSON(this.features, {
      interactive: false,
      coordsToLatLng: function (pair) {
        return L.latLng(sheet.drawn(pair[1], pair[0]));
      },
      style: function (feature) {
        return { className: "map-" + feature.properties.kind };
      },
    }).addTo(this.map);
    this.lines = drawn.getLayers();
    this.features.forEach(this.name, this);
    var bounds = drawn.getBounds();
    if (bounds.isValid()) {
      this.map.fitBounds(bounds, { padding: [4, 4] });
    } else {
      this.map.setView(this.drawn(Number(this.says.latitude), Number(this.says.longitude)), CLOSE);
    }
  };

  Sheet.prototype.name = function (feature) {
    var known = feature.properties;
    var words = document.createElement("span");
    if (known.kind === "grid" && known.name.indexOf(known.community) === 0) {
      words.append(known.community, document.createElement("br"), known.name.slice(known.community.length));
    } else {
      words.append(known.name);
    }
    L.marker(this.drawn(known.at[1], known.at[0]), {
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: "map-name map-name-" + known.kind, iconSize: null, html: words }),
    }).addTo(this.map);
  };

  // From afar the communities have names, from near the grids; a name that has no room is left out.
  Sheet.prototype.crowd = function () {
    this.canvas.classList.toggle("map-near", this.map.getZoom() >= NAMES_OF_GRIDS);
    var kept = [];
    this.canvas.querySelectorAll(".map-name span").forEach(function (words) {
      var box = words.getBoundingClientRect();
      var free = !kept.some(function (other) {
        return meet(box, other);
      });
      words.style.visibility = free ? "" : "hidden";
      if (free && box.width) {
        kept.push(box);
      }
    });
  };

  // Puts the pin at a point in WGS-84 and brings it into view.
  Sheet.prototype.stick = function (latitude, longitude, options) {
    var spot = this.drawn(latitude, longitude);
    if (this.pin) {
      this.pin.setLatLng(spot);
    } else {
      var sign = this.root.querySelector("[data-map-sign]").content.cloneNode(true);
      var shown = document.createElement("span");
      shown.append(sign);
      var icon = L.divIcon({ className: "map-pin", iconSize: [48, 48], iconAnchor: [24, 44], html: shown });
      this.pin = L.marker(spot, Object.assign({ icon: icon, title: this.says.pin, zIndexOffset: 1000 }, options)).addTo(this.map);
    }
    if (options.near) {
      this.map.setView(spot, Math.max(this.map.getZoom(), CLOSE));
    } else {
      this.map.panInside(spot, { padding: [56, 56] });
    }
  };

  // Draws the boundary that holds the pin as the one that is meant; none when nothing holds it.
  Sheet.prototype.mark = function (held) {
    this.lines.forEach(function (line) {
      var here = line.feature === held;
      line.getElement().classList.toggle("map-here", here);
      if (here) {
        line.bringToFront();
      }
    });
  };

  Sheet.prototype.tell = function (words) {
    var line = this.root.querySelector("[data-map-says]");
    line.textContent = words || "";
    line.hidden = !words;
  };

  // --- somebody else's pin, to look at ---------------------------------------------------
  function looking(sheet) {
    var here = [Number(sheet.says.latitude), Number(sheet.says.longitude)];
    sheet.unfold(function () {
      sheet.stick(here[0], here[1], { keyboard: false, near: true });
    });
  }

  document.querySelectorAll("[data-map]").forEach(function (root) {
    var sheet = new Sheet(root);
    root.hidden = false;
    if (root.dataset.map === "pin") {
      window.wangguanPin(sheet, json, holds); // js/map-pin.js
    } else if (root.dataset.map === "drawing") {
      window.wangguanDrawing(sheet, script, stylesheet); // js/drawing.js
    } else if (root.dataset.map === "marks") {
      window.wangguanMarks(sheet); // js/map-marks.js
    } else {
      looking(sheet);
    }
  });
})();
