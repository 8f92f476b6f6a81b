# What each URL means: units, HTTP cases as data, and what independent clients and schemas say.
foreach(unit meets style_template tile_limits world write_geojson)
  cassini_unit_test(test_${unit} USES ogc)
endforeach()

find_program(PYTHON3 python3)
foreach(cases features tiles)
  add_test(NAME http/${cases}
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/http/run_cases.py
                   $<TARGET_FILE:cassini> ${CMAKE_CURRENT_SOURCE_DIR}/http/${cases}.case)
  set_tests_properties(http/${cases} PROPERTIES LABELS http TIMEOUT 300)
endforeach()
