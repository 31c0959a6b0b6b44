// A pin of one's own on the map of js/map.js: tapped, dragged, set in the middle, or where the phone is.
(function () {
  "use strict";

  var DIGITS = 6;
  var LOCATING_MS = 15000;

  window.wangguanPin = function (sheet, json, holds) {
    var root = sheet.root;
    var says = sheet.says;
    var fields = root.closest("form").elements;
    var asked = 0;
    var circle = null;
    var filling = false;

    function told() {
      return fields.latitude.value !== "" && fields.longitude.value !== "";
    }

    function point() {
      return [Number(fields.latitude.value), Number(fields.longitude.value)];
    }

    function fill(latitude, longitude) {
      fields.latitude.value = latitude;
      fields.longitude.value = longitude;
      // Others listen too: the draft, and the search for matters alike.
      filling = true;
      fields.longitude.dispatchEvent(new Event("change", { bubbles: true }));
      filling = false;
    }

    // The name at once from the boundaries, the sentence when the server has confirmed it.
    function speak(note) {
      asked += 1;
      var turn = asked;
      var here = point();
      var found = sheet.features.filter(function (feature) {
        return holds(feature, here[0], here[1]);
      });
      var held = found[found.length - 1];
      var frame = note || "{place}";
      sheet.mark(held);
      if (sheet.features.length) {
        sheet.tell(frame.replace("{place}", held ? held.properties.name : says.nowhere));
      }
      json(says.at + "?latitude=" + here[0] + "&longitude=" + here[1]).then(
        function (place) {
          if (turn === asked) {
            sheet.tell(frame.replace("{place}", place.responsible));
          }
        },
        function () {
          // Without the server the name stands; handing in finds the place anew.
        }
      );
    }

    function show(near, note) {
      var here = point();
      if (sheet.map) {
        sheet.stick(here[0], here[1], { draggable: true, autoPan: true, near: near });
        sheet.pin.off("dragend").on("dragend", function () {
          put(sheet.meant(sheet.pin.getLatLng()));
        });
      }
      root.querySelector("[data-map-remove]").hidden = false;
      speak(note);
    }

    function forget() {
      asked += 1;
      [sheet.pin, circle].forEach(function (layer) {
        if (layer) {
          layer.remove();
        }
      });
      sheet.pin = circle = null;
      sheet.mark(null);
      root.querySelector("[data-map-remove]").hidden = true;
      sheet.tell("");
    }

    function put(spot, near, note) {
      if (circle) {
        circle.remove();
        circle = null;
      }
      fill(spot[0].toFixed(DIGITS), spot[1].toFixed(DIGITS));
      show(near, note);
    }

    function around(spot, metres) {
      circle = L.circle(sheet.drawn(spot[0], spot[1]), { radius: metres, interactive: false, className: "map-about" });
      circle.addTo(sheet.map);
    }

    function locate(button) {
      function over(words) {
        button.removeAttribute("aria-busy");
        if (words) {
          sheet.tell(words);
        }
      }
      if (!navigator.geolocation) {
        over(says.refused);
        return;
      }
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        function (found) {
          var spot = [found.coords.latitude, found.coords.longitude];
          var metres = Math.max(1, Math.round(found.coords.accuracy));
          open().then(
            function () {
              put(spot, true, says.accuracy.replace("{metres}", metres));
              around(spot, metres);
              over("");
            },
            function () {
              put(spot, true, says.accuracy.replace("{metres}", metres));
              over("");
            }
          );
        },
        function (refusal) {
          over(refusal.code === refusal.PERMISSION_DENIED ? says.refused : says.lost);
        },
        { enableHighAccuracy: true, timeout: LOCATING_MS, maximumAge: 30000 }
      );
    }

    function open() {
      var first = !sheet.map;
      return sheet.open().then(function () {
        if (first) {
          sheet.map.on("click", function (event) {
            put(sheet.meant(event.latlng));
          });
          if (told()) {
            show(true);
          }
        }
      });
    }

    function changed() {
      if (told()) {
        show(false);
      } else {
        forget();
      }
    }

    root.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) {
        return;
      }
      if (button.dataset.mapMe !== undefined) {
        locate(button);
      } else if (button.dataset.mapCenter !== undefined) {
        put(sheet.meant(sheet.map.getCenter()));
      } else if (button.dataset.mapRemove !== undefined) {
        fill("", "");
        forget();
        sheet.opener.focus();
      } else if (button.dataset.mapOpen !== undefined) {
        if (sheet.box.hidden) {
          open().catch(function () {});
        } else {
          sheet.close();
        }
      }
    });
    // A draft that comes back fills the fields after this script has run.
    fields.longitude.addEventListener("change", function () {
      if (!filling) {
        changed();
      }
    });
    if (told()) {
      changed();
    }
  };
})();
