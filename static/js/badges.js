// The numbers of the badges, kept fresh while somebody looks at the page; each address is asked once.
var EVERY = 60000;
var badges = Array.prototype.slice.call(document.querySelectorAll("[data-counted-at]"));
var addresses = badges
  .map(function (badge) {
    return badge.dataset.countedAt;
  })
  .filter(function (address, place, all) {
    return all.indexOf(address) === place;
  });

function ask(address) {
  fetch(address, { headers: { Accept: "application/json", "X-Asked-By-Page": "1" }, redirect: "error" })
    .then(function (answer) {
      return answer.ok ? answer.json() : Promise.reject();
    })
    .then(function (told) {
      badges.forEach(function (badge) {
        if (badge.dataset.countedAt === address) {
          badge.hidden = !told.count;
          badge.querySelector("b").textContent = told.count;
        }
      });
    })
    .catch(function () {}); // the next round asks again
}

function askAll() {
  if (!document.hidden && navigator.onLine) {
    addresses.forEach(ask);
  }
}

if (badges.length) {
  setInterval(askAll, EVERY);
  document.addEventListener("visibilitychange", askAll);
}
