"""An API with FastAPI. Run: VESTIBULE_URL=http://localhost:3000 PORT=4000 python server.py"""

import os

import httpx
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request

vestibule = httpx.AsyncClient(base_url=os.environ.get("VESTIBULE_URL", "http://localhost:3000"))
FORWARDED = ("cookie", "origin", "sec-fetch-site", "x-xsrf-token")


def signed_in(role: str | None = None):
    """Returns the user, who needs one of the roles. An unsafe method also needs the CSRF token."""

    async def user(request: Request) -> dict:
        headers = {name: request.headers[name] for name in FORWARDED if name in request.headers}
        headers["x-forwarded-method"] = request.method
        answer = await vestibule.get("/api/auth/verify", params={"role": role} if role else {}, headers=headers)
        if answer.is_error:
            raise HTTPException(answer.status_code, answer.json())
        return answer.json()["user"]

    return Depends(user)


app = FastAPI()


@app.get("/api/orders")
@app.post("/api/orders")
async def orders(user: dict = signed_in()):
    return {"user": user["username"]}


@app.get("/api/reports")
async def reports(user: dict = signed_in("admin,auditor")):
    return {"user": user["username"]}


uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "4000")))
