// Many places on the map of js/map.js: one mark for each row of the table beside it that has a point.
// From near each mark has its name; nothing here is pressed, everything stands in the table too.
(function () {
  "use strict";

  var SIZE = 44;

  function read(row) {
    return {
      at: [Number(row.dataset.latitude), Number(row.dataset.longitude)],
      age: row.dataset.age,
      count: row.dataset.count,
      name: row.dataset.name,
    };
  }

  function icon(place) {
    var whole = document.createElement("span");
    var sign = document.createElement("span");
    var number = document.createElement("b");
    var name = document.createElement("i");
    sign.className = "age age-" + place.age;
    number.textContent = place.count;
    name.textContent = place.name;
    sign.append(number);
    whole.append(sign, name);
    return L.divIcon({ className: "map-mark", iconSize: [SIZE, SIZE], html: whole });
  }

  window.wangguanMarks = function (sheet) {
    var rows = document.querySelectorAll(sheet.says.marks + " [data-latitude]");
    var places = Array.prototype.map.call(rows, read);

    function draw() {
      var bounds = L.latLngBounds([]);
      places.forEach(function (place) {
        var spot = sheet.drawn(place.at[0], place.at[1]);
        bounds.extend(spot);
        L.marker(spot, { icon: icon(place), interactive: false, keyboard: false }).addTo(sheet.map);
      });
      sheet.map.fitBounds(bounds, { padding: [SIZE, SIZE], maxZoom: 18 });
    }

    if (!places.length) {
      sheet.root.hidden = true;
      return;
    }
    sheet.unfold(draw);
  };
})();
