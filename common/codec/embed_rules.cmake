# DIR (ops/rules) → OUT (a C header with `rules_shipped_all`): the rule sets that are in force
# until somebody publishes one. The file's name is the set's.
file(GLOB files ${DIR}/*.json)
list(SORT files)
set(texts "")
set(table "")
foreach(path ${files})
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REPEAT "." 80 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  string(APPEND texts "static const unsigned char rules_shipped_${name}[] = {\n${bytes}0x00\n};\n")
  string(APPEND table "    { .set = \"${name}\", .text = rules_shipped_${name} },\n")
endforeach()
file(WRITE ${OUT} "${texts}\nstatic const struct rules_shipped_row {\n    const char *set;\n"
                  "    const unsigned char *text;\n} rules_shipped_all[] = {\n${table}};\n")
