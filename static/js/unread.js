// The count of unread messages, kept fresh while somebody looks at the page.
var EVERY = 60000;
var badges = document.querySelectorAll("[data-unread]");

function ask() {
  if (document.hidden || !navigator.onLine) {
    return;
  }
  fetch(badges[0].dataset.unread, { headers: { Accept: "application/json" }, redirect: "error" })
    .then(function (answer) {
      return answer.ok ? answer.json() : Promise.reject();
    })
    .then(function (told) {
      badges.forEach(function (badge) {
        badge.hidden = !told.unread;
        badge.querySelector("b").textContent = told.unread;
      });
    })
    .catch(function () {}); // the next round asks again
}

if (badges.length) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
