// WGS-84 to GCJ-02 and back, in degrees: what tiles of 高德 and 腾讯 need. The numbers are those of
// the package prcoords (CC0), which the server converts with; a test compares the two.
window.wangguanDatum = (function () {
  "use strict";
  var AXIS = 6378245;
  var ECCENTRICITY = 0.00669342162296594323;
  var RADIAN = Math.PI / 180;

  function waves(value, slow, slower) {
    return (
      ((2 * Math.sin(value * Math.PI) +
        4 * Math.sin((value / 3) * Math.PI) +
        slow * Math.sin((value / 12) * Math.PI) +
        slower * Math.sin((value / 30) * Math.PI)) *
        20) /
      3
    );
  }

  function toGcj(latitude, longitude) {
    var x = longitude - 105;
    var y = latitude - 35;
    var ripple = ((2 * Math.sin(x * 6 * Math.PI) + 2 * Math.sin(x * 2 * Math.PI)) * 20) / 3;
    var north =
      -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + ripple + waves(y, 16, 32);
    var east =
      300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + ripple + waves(x, 15, 30);
    var sine = Math.sin(latitude * RADIAN);
    var magic = 1 - ECCENTRICITY * sine * sine;
    var northDegree = ((AXIS * (1 - ECCENTRICITY)) / Math.pow(magic, 1.5)) * RADIAN;
    var eastDegree = ((AXIS * Math.cos(latitude * RADIAN)) / Math.sqrt(magic)) * RADIAN;
    return [latitude + north / northDegree, longitude + east / eastDegree];
  }

  // The shift itself is shifted by next to nothing, so going back settles in a few rounds.
  function toWgs(latitude, longitude) {
    var found = [latitude, longitude];
    for (var round = 0; round < 10; round += 1) {
      var there = toGcj(found[0], found[1]);
      var north = there[0] - latitude;
      var east = there[1] - longitude;
      found = [found[0] - north, found[1] - east];
      if (Math.abs(north) + Math.abs(east) < 1e-9) {
        break;
      }
    }
    return found;
  }

  return { toGcj: toGcj, toWgs: toWgs };
})();
