// One tap fetches the number, which the portal writes down, and dials it; on a desk it is shown.
document.querySelectorAll("form[data-call]").forEach(function (form) {
  var says = document.querySelector("[data-call-says]");
  var sorry = says.dataset.callSays;
  var busy = false;

  function dial(answer) {
    if (!answer.phone) {
      says.textContent = answer.says || sorry;
      return;
    }
    var link = document.createElement("a");
    link.href = "tel:" + answer.phone;
    link.className = "num tap";
    link.textContent = answer.phone;
    says.textContent = "";
    says.appendChild(link);
    if (window.matchMedia("(pointer: coarse)").matches) {
      link.click();
    }
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    if (busy) {
      return;
    }
    busy = true;
    fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    })
      .then(function (response) {
        return response.json();
      })
      .then(dial)
      .catch(function () {
        says.textContent = sorry;
      })
      .then(function () {
        busy = false;
      });
  });
});
