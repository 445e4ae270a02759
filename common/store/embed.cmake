# PARTS (Lua files in DIR, by comma) → OUT (a C header with `static const unsigned char
# stock_lua[]`), and beside it the joined script as it runs, for luac and line numbers in errors.
string(REPLACE "," ";" parts "${PARTS}")
set(script "${OUT}.lua")
file(WRITE ${script} "")
foreach(part ${parts})
  file(READ ${DIR}/${part} text)
  file(APPEND ${script} "${text}")
endforeach()
file(READ ${script} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REPEAT "." 80 row)
string(REGEX REPLACE "(${row})" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "static const unsigned char stock_lua[] = {\n${bytes}\n};\n")
