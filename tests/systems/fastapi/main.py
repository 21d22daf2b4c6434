"""Login, REST and WebSocket in one process, in the structure of FastAPI's tutorials on OAuth2 with JWT and on WebSockets."""

import os
from datetime import datetime, timedelta, timezone
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, WebSocket, WebSocketDisconnect, WebSocketException, status
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from jwt.exceptions import InvalidTokenError
from pwdlib import PasswordHash
from pydantic import BaseModel

SECRET_KEY = os.environ["SECRET"]
ALGORITHM = "HS256"
ACCESS_TOKEN_LIFETIME = timedelta(seconds=int(os.environ.get("TOKEN_LIFETIME", "1800")))
REJECT_AFTER_ACCEPT = os.environ.get("REJECT", "before-accept") == "after-accept"

password_hash = PasswordHash.recommended()
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")
app = FastAPI()


class Token(BaseModel):
    access_token: str
    token_type: str


class User(BaseModel):
    username: str
    email: str
    disabled: bool = False


class UserInDB(User):
    hashed_password: str


PASSWORDS = {"alice": "looking-glass-71", "bob": "steam-shovel-58"}
users_db = {
    name: UserInDB(username=name, email=f"{name}@example.test", hashed_password=password_hash.hash(password))
    for name, password in PASSWORDS.items()
}


def authenticate_user(username: str, password: str) -> UserInDB | None:
    user = users_db.get(username)
    return user if user and password_hash.verify(password, user.hashed_password) else None


def create_access_token(username: str) -> str:
    claims = {"sub": username, "exp": datetime.now(timezone.utc) + ACCESS_TOKEN_LIFETIME}
    return jwt.encode(claims, SECRET_KEY, algorithm=ALGORITHM)


def user_of(token: str) -> UserInDB | None:
    try:
        claims = jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM])
    except InvalidTokenError:
        return None
    return users_db.get(claims.get("sub"))


async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]) -> User:
    user = user_of(token)
    if user is None:
        raise HTTPException(
            status_code=status.HTTP_401_UNAUTHORIZED,
            detail="Could not validate credentials",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return user


async def get_current_active_user(user: Annotated[User, Depends(get_current_user)]) -> User:
    if user.disabled:
        raise HTTPException(status_code=400, detail="Inactive user")
    return user


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/token")
async def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    user = authenticate_user(form.username, form.password)
    if user is None:
        raise HTTPException(
            status_code=status.HTTP_401_UNAUTHORIZED,
            detail="Incorrect username or password",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return Token(access_token=create_access_token(user.username), token_type="bearer")


@app.get("/users/me/", response_model=User)
async def read_users_me(user: Annotated[User, Depends(get_current_active_user)]):
    return user


@app.get("/users/me/items/")
async def read_own_items(user: Annotated[User, Depends(get_current_active_user)]) -> list[dict[str, str]]:
    return [{"item_id": "teapot", "owner": user.username}]


async def get_websocket_user(websocket: WebSocket, token: Annotated[str | None, Query()] = None) -> User:
    user = user_of(token) if token else None
    if user is None:
        # Before accept, uvicorn turns this into the HTTP status 403, and the client sees no close code.
        if REJECT_AFTER_ACCEPT:
            await websocket.accept()
        raise WebSocketException(code=status.WS_1008_POLICY_VIOLATION)
    return user


@app.websocket("/ws")
async def chat(websocket: WebSocket, user: Annotated[User, Depends(get_websocket_user)]):
    await websocket.accept()
    await websocket.send_json({"type": "welcome", "user": user.username})
    try:
        while True:
            await websocket.send_json({"type": "message", "text": await websocket.receive_text()})
    except WebSocketDisconnect:
        pass
